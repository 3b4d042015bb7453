"""An OpenID provider, run for real: Canaille, which insists on PKCE, asks for passwords and says when it did."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
from joserfc.jwk import RSAKey

PASSWORD = "a word that only the provider knows"
CLIENT, SECRET = "focusscope", "what only FocusScope and the provider know"


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


class OpenIdProvider:
    """The running provider; `claims` are added to what it says of everybody, `stale` ages their sign-in there."""

    def __init__(self, app: Any, port: int) -> None:
        self._app = app
        self.issuer = f"http://localhost:{port}"
        self.claims: dict[str, Any] = {}
        self.stale = timedelta()

    def forget(self) -> None:
        """Be as at first, but for the people."""
        self.claims, self.stale = {"email_verified": True}, timedelta()

    def settings(self) -> dict[str, Any]:
        """Return the settings with which FocusScope asks this provider."""
        asked = {"issuer": self.issuer, "client_id": CLIENT, "client_secret": SECRET, "name": "Hospital ID"}
        return {f"oidc_{name}": value for name, value in asked.items()}

    def add_client(self, page: str) -> None:
        """Let FocusScope ask, which is at this address."""
        from canaille.app import models
        from canaille.backends import Backend

        with self._app.app_context():
            client = models.Client(
                client_id=CLIENT, client_secret=SECRET, client_name="FocusScope", client_uri=page,
                redirect_uris=[f"{page}/sign-in/provider"], scope=["openid", "profile", "email"],
                grant_types=["authorization_code"], response_types=["code"],
                token_endpoint_auth_method="client_secret_basic",
            )  # fmt: skip
            Backend.instance.save(client)
            Backend.instance.update(client, audience=[client])
            Backend.instance.save(client)

    def add_person(self, name: str) -> str:
        """Let somebody sign in there, as “NAME Lind”; return their e-mail address."""
        from canaille.app import models
        from canaille.backends import Backend

        email = f"{name}.{uuid4().hex[:8]}@hospital.example"
        with self._app.app_context():
            known = {"formatted_name": f"{name.title()} Lind", "family_name": "Lind", "emails": [email]}
            Backend.instance.save(models.User(user_name=email, password=PASSWORD, **known))
        return email

    def sign_in(self, address: str, email: str, browser: httpx.Client | None = None) -> dict[str, str]:
        """Go where FocusScope sends a browser, sign in there by password; return what the browser comes back with."""
        self._forget_codes()
        browser = browser or httpx.Client()
        answer = browser.get(address)
        for _ in range(10):
            if answer.is_redirect:
                target = answer.url.join(answer.headers["location"])
                if not str(target).startswith(self.issuer):
                    return {name: values[0] for name, values in parse_qs(urlsplit(str(target)).query).items()}
                answer = browser.get(target)
            else:
                asked = "login" if 'name="login"' in answer.text else "password"
                assert f'name="{asked}"' in answer.text, answer.text
                answer = browser.post(answer.url, data={asked: email if asked == "login" else PASSWORD})
        raise AssertionError("The provider does not come to an end")

    def _forget_codes(self) -> None:
        """Forget codes that nobody exchanged: of several of one client, its memory may find another one."""
        from canaille.app import models
        from canaille.backends import Backend

        with self._app.app_context():
            for code in Backend.instance.query(models.AuthorizationCode):
                Backend.instance.delete(code)


@contextmanager
def running(page: str) -> Iterator[OpenIdProvider]:
    """Run the provider for FocusScope at an address."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the provider's: it is on this machine
    from canaille import create_app
    from canaille.oidc import provider as of_canaille
    from flask import g

    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    key = RSAKey.generate_key(2048)
    key.ensure_kid()
    app = create_app(
        env_file=None,
        config={
            "TESTING": True, "ENV_FILE": None, "SECRET_KEY": uuid4().hex, "WTF_CSRF_ENABLED": False,
            "PREFERRED_URL_SCHEME": "http", "SERVER_NAME": f"localhost:{port}",
            "CANAILLE": {
                "DATABASE": "memory", "JAVASCRIPT": False, "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"]}},
                "LOGGING": {"version": 1, "disable_existing_loggers": False},
            },
            "CANAILLE_OIDC": {
                "ACTIVE_JWKS": [key.as_dict(private=True)], "TRUSTED_DOMAINS": [urlsplit(page).hostname],
            },
        },
    )  # fmt: skip
    provider = OpenIdProvider(app, port)
    provider.forget()
    plain = of_canaille.generate_user_claims

    def with_more(*args: Any) -> dict[str, Any]:
        """Return what it says of somebody; whether an address is verified it never says by itself."""
        return {**plain(*args), **provider.claims}

    @app.before_request  # type: ignore[untyped-decorator]  # Flask's, of which Canaille has no types
    def age() -> None:
        if g.session and provider.stale:
            g.session.last_login_datetime -= provider.stale

    of_canaille.generate_user_claims = with_more
    provider.add_client(page)
    server = make_server("localhost", port, app, handler_class=_Quiet)
    logging.getLogger("canaille").setLevel(logging.CRITICAL)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        of_canaille.generate_user_claims = plain
