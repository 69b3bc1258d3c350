"""The link with which somebody sets the password of their own account, once."""

from typing import Any

from django.contrib.auth.tokens import default_token_generator

from homecare.accounts.models import User


def password_token(account: User) -> str:
    """The secret part of the link. Works once: it says nothing once the password is set anew.

    It also ends with a sign-in, a change of e-mail address, or after PASSWORD_RESET_TIMEOUT.
    """
    return default_token_generator.make_token(account)


def account_of_link(account_ref: Any, token: str) -> User | None:
    """The account that the link is for, or None when it no longer works, for whatever reason."""
    account = User.objects.filter(ref=account_ref, is_active=True).first()
    if account is None or not default_token_generator.check_token(account, token):
        return None
    return account
