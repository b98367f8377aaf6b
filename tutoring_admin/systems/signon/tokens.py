"""ID tokens: the signature is always looked at, whichever way the token came."""

from __future__ import annotations

from typing import Any

import jwt

# Public keys only: a shared secret could be guessed, and "none" is no signature.
ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
)  # fmt: skip
LEEWAY = 60  # seconds that clocks may differ
TENANT = "{tenantid}"  # in Entra's issuer, where one address serves many tenants


class NotGenuine(Exception):
    """The token proves nothing; the text says what is wrong with it."""


def verify(
    token: str, keys: dict[str, Any], *, issuer: str, client_id: str, nonce: str
) -> dict[str, Any]:
    """The claims of a token that is signed, ours, in time and asked for. Raises NotGenuine."""
    try:
        issuer = _issuer_of(token, issuer)
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_key(token, keys),
            algorithms=list(ALGORITHMS),
            audience=client_id,
            issuer=issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.ExpiredSignatureError as trouble:
        raise NotGenuine("The provider's answer has run out.") from trouble
    except jwt.InvalidAudienceError as trouble:
        raise NotGenuine("The provider's answer is meant for another program.") from trouble
    except jwt.InvalidIssuerError as trouble:
        raise NotGenuine("The answer comes from another issuer than the one set.") from trouble
    except jwt.InvalidSignatureError as trouble:
        raise NotGenuine("The answer is not signed with a key of the provider.") from trouble
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as trouble:
        raise NotGenuine("The provider's answer is not a signed ID token.") from trouble
    if claims.get("azp", client_id) != client_id:
        raise NotGenuine("The provider's answer is meant for another program.")
    if claims.get("nonce") != nonce:
        raise NotGenuine("The answer belongs to another sign-in than the one that was begun.")
    return claims


def _key(token: str, keys: dict[str, Any]) -> jwt.PyJWK:
    header = jwt.get_unverified_header(token)
    if header.get("alg") not in ALGORITHMS:
        raise ValueError("not signed with a public key")
    found = jwt.PyJWKSet.from_dict(keys).keys
    named = [key for key in found if key.key_id == header.get("kid")]
    candidates = named or ([] if header.get("kid") else found)
    if len(candidates) != 1:
        raise jwt.InvalidSignatureError("no such key")
    return candidates[0]


def _issuer_of(token: str, issuer: str) -> str:
    """Entra's common address names no tenant: the token does, and which are let in is ours."""
    if TENANT not in issuer:
        return issuer
    said = jwt.decode(token, options={"verify_signature": False})
    return issuer.replace(TENANT, str(said.get("tid", "")))
