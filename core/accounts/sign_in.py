"""How people sign in: by email and password, through allauth; it gives no permissions, which the rules do alone."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend


class SignIn(AuthenticationBackend):
    """Says who somebody is and nothing else: without this, each refusal by the rules would ask the database twice."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False
