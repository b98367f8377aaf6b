"""Giving up a second factor, which the last spare key of a district may not."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.core.exceptions import ValidationError
from django.http import HttpResponse

from roles.services import spare_keys

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """A factor goes, unless a district would be left without a spare key that works."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if sentence := refusal(authenticator):
            raise ValidationError(sentence)  # what allauth would say has no reason in it
        return True


class RemovePasskeyView(RemoveWebAuthnView):  # type: ignore[misc]  # as above
    """allauth's, which asks no adapter."""

    def form_valid(self, form: Any) -> HttpResponse:
        if sentence := refusal(self.object):
            form.add_error(None, sentence)
            context = self.get_context_data(form=form)
            refused: HttpResponse = self.render_to_response(context, status=422)
            return refused
        done: HttpResponse = super().form_valid(form)
        return done


def refusal(authenticator: Authenticator) -> str:
    """Why a factor cannot go, in a sentence; "" if it can."""
    others = Authenticator.objects.filter(user=authenticator.user_id, type__in=FACTORS)
    if others.exclude(pk=authenticator.pk).exists():
        return ""
    return spare_keys.refusal_anywhere(authenticator.user)


remove_passkey = RemovePasskeyView.as_view()
