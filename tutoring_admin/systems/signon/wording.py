"""What is said to people about signing in through their district. Pure data and small functions."""

from __future__ import annotations

from collections.abc import Mapping

from tutoring_admin.systems.signon.settling import Says

NO: dict[Says, str] = {
    Says.NO_PLACE: "{provider} says who you are, but you have no place in this program yet.",
    Says.NO_EMAIL: "{provider} did not confirm an e-mail address of yours, so we cannot tell "
    "which account is yours.",
    Says.OTHER_DOMAIN: "The e-mail address that {provider} gave is not one of the district's.",
    Says.OTHER_SUBJECT: "Another person at {provider} has used this e-mail address here before. "
    "Your lead can take that link off.",
    Says.OTHER_PROVIDER: "Your account is linked to another provider of the district. Sign in "
    "with that one, or ask your lead to take that link off.",
    Says.SHUT: "Your account is closed.",
}
WOULD: dict[Says, str] = {
    Says.WELCOME: "Sign in {user}, who has signed in with this provider before.",
    Says.FIRST: "Sign in {user}, found by the e-mail address, and remember that the account "
    "belongs to this person at the provider.",
    Says.INVITED: "Accept the open invitation to this e-mail address and sign the person in.",
    Says.NO_PLACE: "Let nobody in: there is neither access nor an open invitation for this "
    "person. They would read whom to ask.",
    Says.NO_EMAIL: "Let nobody in: the provider did not say that it has verified an e-mail "
    "address, and this person has not signed in with it before.",
    Says.OTHER_DOMAIN: "Let nobody in: the e-mail address lies in none of the domains below.",
    Says.OTHER_SUBJECT: "Let nobody in: the account of this e-mail address is linked to another "
    "person at this provider. Take that link off if it is the same person.",
    Says.OTHER_PROVIDER: "Let nobody in: the account of this e-mail address is linked to another "
    "provider of the district.",
    Says.SHUT: "Let nobody in: the account of this person is closed.",
}
WORKS = {Says.WELCOME, Says.FIRST, Says.INVITED, Says.NO_PLACE, Says.OTHER_PROVIDER}

CANCELLED = "The sign-in was cancelled at the provider."
_KNOWN = {
    "invalid_client": "The provider does not know the client id, or the secret is wrong.",
    "unauthorized_client": "The provider does not let this client id sign people in this way.",
    "invalid_grant": "The provider's code was used before, or has run out.",
    "redirect_uri_mismatch": "The return address is not entered at the provider.",
    "invalid_scope": "The provider does not give e-mail and profile to this client id.",
}
MOST_WORDS = 300


def of_failure(error: str | None, exception: Exception | None, answered: Mapping[str, str]) -> str:
    """What went wrong, for whoever sets the provider up."""
    if error == "cancelled":
        return CANCELLED
    code = answered.get("error", "")
    said = (
        str(exception)
        if exception
        else " ".join(word for word in (code, answered.get("error_description", "")) if word)
    )
    for known, sentence in _KNOWN.items():
        if known in said:
            return sentence
    if exception is None and said:
        return f"The provider said: {said[:MOST_WORDS]}"
    return said[:MOST_WORDS] or "The provider gave no usable answer."


def for_people(error: str | None) -> str:
    """The same for whoever only wanted to sign in."""
    if error == "cancelled":
        return CANCELLED
    return "The answer of your district's provider could not be used. Nothing is wrong with you."
