"""Sign-in by e-mail and password or by an e-mailed code; allauth does the work, nobody signs up by themselves."""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.account import views as allauth_views
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from mhhs_portal.organisations.access import public


class PortalAccountAdapter(DefaultAccountAdapter):
    # The same words whether the address is known here or not.
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address and password do not match. Check both, or ask for a code.",
        "incorrect_code": "This code is not the one we sent last. Use the newest message, or ask for a new code.",
        "too_many_login_attempts": "There were too many tries. Wait 15 minutes, or ask for a code by e-mail.",
        "rate_limited": "There were too many tries. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The mails name the portal as our own do, whatever host name the request was sent to."""
        facts = {
            "site_name": settings.SITE_NAME,
            "contact_email": settings.CONTACT_EMAIL,
            "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
        }
        super().send_mail(template_prefix, email, context | facts)

    def format_email_subject(self, subject: Any) -> str:
        return str(subject)

    def respond_user_inactive(self, request: HttpRequest, user: object) -> NoReturn:
        """Only somebody who knew the password or the code hears this."""
        raise PermissionDenied("Your access to the portal has ended. Ask your organisation’s lead contact.")


sign_in = public("people sign in here")(allauth_views.login)
sign_out = public("leaving needs no permission")(allauth_views.logout)
request_code = public("a code instead of a password")(allauth_views.request_login_code)
confirm_code = public("the code is the permission")(allauth_views.confirm_login_code)
