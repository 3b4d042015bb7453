"""Single sign-on: a hospital's OpenID provider, asked by authorization code with PKCE, state and nonce.

Nothing is ever asked but the issuer of the settings and the addresses in its own discovery document, over TLS or on
this machine; no redirect of theirs is followed.
"""

import logging
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from backend.core.errors import FocusScopeError
from backend.core.settings import Settings, is_private_address

PATIENCE_S = 10
LEEWAY_S = 120
"""How far the provider's clock may be off."""

SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
"""Those of key pairs: with a shared secret, or without a signature, anybody could say anything."""

AGAIN_S = 60
"""How old a sign-in at the provider may be by its own rules when somebody is asked to sign in again."""

log = logging.getLogger(__name__)


class ProviderSilent(FocusScopeError):
    """The provider did not answer, or not as a provider does."""

    status = 503

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} does not answer as it should: please try again in a moment, or sign in by password.")


class AnswerNotGood(FocusScopeError):
    """What came back is not what was asked for: an old one, another window's, a forged one, or a refusal."""

    status = 403

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has not signed you in, or that was begun in another window: please begin again.")


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a browser is sent, and what this installation remembers until it is back."""

    address: str
    state: str
    nonce: str
    verifier: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in, as the provider knows them.

    `email` is "" unless it is verified. `age_s` is how long before the answer they signed in, by the provider's clock;
    None where it does not say.
    """

    subject: str
    email: str
    name: str
    username: str
    gave_second_factor: bool
    age_s: float | None


class Provider:
    """The provider of the settings; `name` is what the page calls it, `issuer` what it calls itself."""

    def __init__(self, settings: Settings) -> None:
        self.name, self.issuer = settings.oidc_name, settings.oidc_issuer
        self._client_id, self._secret = settings.oidc_client_id, settings.oidc_client_secret.get_secret_value()
        self._email_claim = settings.oidc_email_claim
        self._known: dict[str, Any] | None = None

    @property
    def is_set(self) -> bool:
        """Say whether there is one."""
        return bool(self.issuer)

    def begin(self, redirect_uri: str, *, again: bool = False) -> Begun:
        """Return where to send a browser; `again` asks whoever is signed in at the provider to sign in once more.

        Raises:
            ProviderSilent: where the provider does not say where that is.
        """
        state, nonce, verifier = (token_urlsafe(32) for _ in range(3))
        anew = {"prompt": "login", "max_age": AGAIN_S} if again else {}
        with self._asking(redirect_uri) as client:
            address, _ = client.create_authorization_url(
                self._endpoint("authorization_endpoint"), state=state, nonce=nonce, code_verifier=verifier, **anew
            )
        return Begun(address, state, nonce, verifier, redirect_uri)

    def finish(self, begun: Begun, code: str) -> Person:
        """Exchange a code for who signed in.

        Raises:
            ProviderSilent: where the provider does not answer.
            AnswerNotGood: where it refuses the code, or what it says of whom is not to be believed.
        """
        try:
            with self._asking(begun.redirect_uri) as client:
                token = client.fetch_token(
                    self._endpoint("token_endpoint"), grant_type="authorization_code", code=code,
                    code_verifier=begun.verifier, allow_redirects=False,
                )  # fmt: skip
                claims = self._claims(token, begun.nonce)
                told = {**self._more(client, claims), **claims}
        except requests.RequestException as error:
            log.warning("The OpenID provider did not answer", exc_info=error)
            raise ProviderSilent(self.name) from error
        except (OAuthError, JoseError, ValueError, KeyError, TypeError) as error:
            log.warning("What the OpenID provider answered is not good", exc_info=error)
            raise AnswerNotGood(self.name) from error
        return self._person(told)

    def _asking(self, redirect_uri: str) -> Any:
        methods = self._metadata().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        method = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return OAuth2Session(
            self._client_id, self._secret or None, token_endpoint_auth_method=method if self._secret else "none",
            scope="openid profile email", redirect_uri=redirect_uri, code_challenge_method="S256",
            default_timeout=PATIENCE_S,
        )  # fmt: skip

    def _claims(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        """Return what the ID token says, once it is the provider's, for this installation, and for this sign-in."""
        keys = KeySet.import_key_set(self._get("jwks_uri"))
        read = jwt.decode(token["id_token"], keys, algorithms=SIGNATURES)
        expected: dict[str, Any] = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self._client_id},
        }
        wanted = {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(read.claims, read.header, expected, wanted)
        claims.validate(leeway=LEEWAY_S)
        return dict(claims)

    def _more(self, client: Any, claims: dict[str, Any]) -> dict[str, Any]:
        """Return what the provider tells of the same person apart from the token, where that does not say enough."""
        enough = {self._email_claim, "email_verified"} if self._email_claim == "email" else {self._email_claim}
        if enough <= claims.keys() or "userinfo_endpoint" not in self._metadata():
            return {}
        answer = client.get(self._endpoint("userinfo_endpoint"), allow_redirects=False)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told if told.get("sub") == claims["sub"] else {}

    def _person(self, told: dict[str, Any]) -> Person:
        # An address that its owner may write counts once it was verified; whoever names another claim vouches for it.
        is_sure = self._email_claim != "email" or told.get("email_verified") in (True, "true")
        said = {name: str(told.get(name) or "") for name in ("name", "preferred_username", self._email_claim)}
        began = told.get("auth_time")
        return Person(
            subject=str(told["sub"]),
            email=said[self._email_claim].strip().lower() if is_sure else "",
            name=said["name"],
            username=said["preferred_username"],
            gave_second_factor="mfa" in (told.get("amr") or ()),
            age_s=float(told["iat"]) - float(began) if began is not None else None,
        )

    def _metadata(self) -> dict[str, Any]:
        if self._known is None:
            said = self._fetched(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if said.get("issuer") != self.issuer:
                log.warning("The OpenID provider calls itself otherwise than FOCUSSCOPE_OIDC_ISSUER")
                raise ProviderSilent(self.name)
            self._known = said
        return self._known

    def _endpoint(self, name: str) -> str:
        address = str(self._metadata().get(name, ""))
        if not is_private_address(address):
            log.warning("The OpenID provider has no safe %s", name)
            raise ProviderSilent(self.name)
        return address

    def _get(self, name: str) -> Any:
        return self._fetched(self._endpoint(name))

    def _fetched(self, address: str) -> Any:
        try:
            answer = requests.get(address, timeout=PATIENCE_S, allow_redirects=False)
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            log.warning("The OpenID provider did not answer", exc_info=error)
            raise ProviderSilent(self.name) from error
