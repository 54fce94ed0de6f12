"""An institution's OpenID Connect provider: a real server on this machine, of Authlib and Flask, that insists on PKCE."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from flask import Flask, jsonify
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

from core.accounts.oidc_providers import Provider

CLIENT, SECRET = "grants-office", "a secret of the institution's"
KEYS = KeySet([RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}, auto_kid=False)])


class Client(ClientMixin):
    """The grants office, as the institution knows it."""

    id_token_signed_response_alg = "RS256"

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith("/login/callback/")

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in {"client_secret_basic", "client_secret_post"}

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):
    """An authorization code and what it stands for."""

    code: str
    user: dict[str, Any]
    redirect_uri: str
    scope: str
    code_challenge: str
    code_challenge_method: str
    nonce: str | None = None

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass
class Institution:
    """A provider that runs; `person` is whoever sits at its sign-in page: the claims about them."""

    name: str
    domains: list[str]
    issuer: str = ""
    trusts_second_factor: bool = False
    person: dict[str, Any] | None = None
    nonce: str | None = "as asked"  # what stands in the token in its place; None: none
    codes: dict[str, Code] = field(default_factory=dict)

    @property
    def provider(self) -> Provider:
        return Provider(self.name, self.issuer, CLIENT, SECRET, frozenset(self.domains), self.trusts_second_factor)

    def discovery(self) -> dict[str, Any]:
        address = self.issuer
        return {
            "issuer": address,
            "authorization_endpoint": f"{address}/authorize",
            "token_endpoint": f"{address}/token",
            "jwks_uri": f"{address}/keys",
            "userinfo_endpoint": f"{address}/userinfo",
            "end_session_endpoint": f"{address}/sign-out".replace("127.0.0.1", "localhost"),
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def app(self) -> Flask:
        app, institution = Flask(self.name), self
        server = AuthorizationServer(app, query_client=lambda _: Client(), save_token=lambda *_: None)

        class ByCode(grants.AuthorizationCodeGrant):
            TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

            def save_authorization_code(self, code: str, asked: Any) -> None:
                data = asked.payload.data
                challenge = {name: data.get(name, "") for name in ("code_challenge", "code_challenge_method")}
                nonce = data.get("nonce") if institution.nonce == "as asked" else institution.nonce
                facts = {"redirect_uri": asked.payload.redirect_uri, "scope": asked.payload.scope, "nonce": nonce}
                facts |= challenge
                institution.codes[code] = Code(code, asked.user, **facts)

            def query_authorization_code(self, code: str, client: Client) -> Code | None:
                return institution.codes.get(code)

            def delete_authorization_code(self, authorization_code: Code) -> None:
                del institution.codes[authorization_code.code]

            def authenticate_user(self, authorization_code: Code) -> dict[str, Any]:
                return authorization_code.user

        class Tokens(OpenIDCode):
            def exists_nonce(self, nonce: str, asked: Any) -> bool:
                return False

            def resolve_client_private_key(self, client: Client) -> KeySet:
                return KEYS

            def get_client_claims(self, client: Client) -> dict[str, Any]:
                return {"iss": institution.issuer}

            def generate_user_info(self, user: dict[str, Any], scope: str) -> dict[str, Any]:
                return user

        server.register_grant(ByCode, [Tokens(), CodeChallenge(required=True)])

        app.get("/.well-known/openid-configuration", endpoint="discovery")(lambda: jsonify(self.discovery()))
        app.get("/keys", endpoint="keys")(lambda: jsonify(KEYS.as_dict(private=False)))
        app.post("/token", endpoint="token")(server.create_token_response)

        @app.get("/authorize")
        def authorize() -> Any:
            grant = server.get_consent_grant(end_user=institution.person)
            return server.create_authorization_response(grant=grant, grant_user=institution.person)

        return app


@contextmanager
def running(name: str, domains: list[str], **options: Any):
    """Serve an institution until the block ends."""
    institution = Institution(name, domains, **options)
    server = make_server("127.0.0.1", 0, institution.app(), threaded=True)
    institution.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield institution
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
