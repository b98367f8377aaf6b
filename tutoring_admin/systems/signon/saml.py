"""SAML 2.0: allauth's way through the browser, our settings, and each assertion once."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.saml.provider import SAMLProvider as Theirs
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from roles.models import SignOnAssertion, SignOnProvider
from roles.wall import district_scope

DAY = dt.timedelta(days=1)


class NotMetadata(ValueError):
    """What was given describes no SAML provider; the text says what is missing."""


def read_metadata(xml: str) -> dict[str, Any]:
    """The provider that metadata describes: entityId, singleSignOnService, certificates.

    Raises NotMetadata.
    """
    try:
        found = OneLogin_Saml2_IdPMetadataParser.parse(xml).get("idp") or {}
    except Exception as trouble:  # lxml's, xmlsec's and the parser's own: all mean the same
        raise NotMetadata("This is not SAML metadata: it is no XML that can be read.") from trouble
    if not found.get("entityId"):
        raise NotMetadata("This metadata describes no identity provider (IDPSSODescriptor).")
    url = str((found.get("singleSignOnService") or {}).get("url", ""))
    if not url.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        raise NotMetadata("This metadata has no sign-in address that begins with https://.")
    if not (found.get("x509cert") or found.get("x509certMulti")):
        raise NotMetadata("This metadata has no certificate: signatures could not be checked.")
    return dict(found)


def config(request: HttpRequest, provider: SignOnProvider) -> dict[str, Any]:
    """Strict: signed, addressed to us, in time. Old algorithms are refused."""

    def ours(name: str) -> str:
        return request.build_absolute_uri(reverse(name, args=[provider.key]))

    return {
        "strict": True,
        "security": {
            "wantAttributeStatement": False,
            "requestedAuthnContext": False,
            "rejectDeprecatedAlgorithm": True,
            "allowRepeatAttributeName": True,
            "allowSingleLabelDomains": True,
        },
        "sp": {
            "entityId": ours("sign-on-metadata"),
            "assertionConsumerService": {
                "url": ours("sign-on-saml"),
                "binding": Names.BINDING_HTTP_POST,
            },
            "NameIDFormat": Names.NAMEID_UNSPECIFIED,
        },
        "idp": read_metadata(provider.metadata),
    }


def our_metadata(request: HttpRequest, provider: SignOnProvider) -> bytes:
    """What the provider's operator needs of us, as XML."""
    made = OneLogin_Saml2_Settings(config(request, provider), sp_validation_only=True)
    xml = made.get_sp_metadata()
    return xml if isinstance(xml, bytes) else xml.encode()


class SAMLProvider(Theirs):  # type: ignore[misc]  # allauth has no types
    """One district's SAML provider, by its key."""

    row: SignOnProvider

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("sign-on-start", args=[self.app.client_id])

    def auth(self, request: HttpRequest, answer: str = "") -> OneLogin_Saml2_Auth:
        """The protocol as seen from our address for answers, with the answer that came there."""
        seen = {
            "https": "on" if request.is_secure() else "off",
            "http_host": request.get_host(),
            "script_name": "",
            "path_info": reverse("sign-on-saml", args=[self.row.key]),
            "get_data": {},
            "post_data": {"SAMLResponse": answer} if answer else {},
        }
        return OneLogin_Saml2_Auth(seen, config(request, self.row))

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> HttpResponseBase:
        auth = self.auth(request)
        where = auth.login(return_to="")
        self.stash_redirect_state(
            request, process, next_url, data, state_id=auth.get_last_request_id(), **kwargs
        )
        return HttpResponseRedirect(where)

    def extract_uid(self, data: OneLogin_Saml2_Auth) -> str:
        return str(data.get_nameid() or "-")

    def extract_extra_data(self, data: OneLogin_Saml2_Auth) -> dict[str, Any]:
        return {
            "name_id": data.get_nameid(),
            "name_id_format": data.get_nameid_format(),
            "attributes": data.get_attributes(),
        }

    def extract_common_fields(self, data: OneLogin_Saml2_Auth) -> dict[str, Any]:
        """Nothing: `identity.read` looks at the claims."""
        return {}


def answers_to(auth: OneLogin_Saml2_Auth) -> str:
    """The request that an answer says it answers, proven or not; "" for one nobody asked for."""
    said = auth.get_last_response_in_response_to()
    if said is None and (xml := auth.get_last_response_xml()):
        said = OneLogin_Saml2_XML.to_etree(xml).get("InResponseTo")
    return said or ""


def take_once(provider: SignOnProvider, auth: OneLogin_Saml2_Auth) -> bool:
    """Note the assertion. False if it was taken before: then somebody sends it again."""
    now, until = timezone.now(), auth.get_last_assertion_not_on_or_after()
    name = f"{auth.get_last_assertion_id()}"
    with district_scope(provider.district_id):
        SignOnAssertion.objects.filter(provider=provider, until__lt=now - DAY).delete()
        try:
            with transaction.atomic():
                SignOnAssertion.objects.create(
                    district_id=provider.district_id,
                    provider=provider,
                    digest=hashlib.sha256(name.encode()).hexdigest(),
                    until=dt.datetime.fromtimestamp(until, dt.UTC) if until else now + DAY,
                )
        except IntegrityError:
            return False
    return True


def app_of(provider: SignOnProvider) -> SocialApp:
    """What allauth calls an app, made of a district's row and never saved."""
    return SocialApp(
        provider="saml", provider_id=provider.key, client_id=provider.key, name=provider.name
    )
