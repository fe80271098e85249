"""A small OpenID Connect provider for tests, on this machine alone: code flow, PKCE, signed tokens, lies on demand."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, CLIENT_SECRET = "shanfu", "the-client's-secret"
KEY_ID = "k1"


@dataclass
class Provider:
    """A running provider.

    Parameters
    ----------
    user : str
        Who logs in next; the provider asks nobody.
    lie : str
        What is wrong with the next tokens: ``key``, ``iss``, ``aud``, ``nonce``, ``exp``; empty: nothing.
    """

    issuer: str = ""
    user: str = ""
    lie: str = ""
    asked: list[str] = field(default_factory=list)
    redirect_uri: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": KEY_ID}))
    other_key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": KEY_ID}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def metadata(self) -> dict[str, Any]:
        """What stands under ``/.well-known/openid-configuration``."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes back to, with a code."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["redirect_uri"] == self.redirect_uri
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**query, "user": self.user}
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], client: str) -> dict[str, Any] | None:
        """The tokens for a code, once; None where anything does not fit."""
        asked = self.codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if asked is None or challenge != asked["code_challenge"] or client != f"{CLIENT}:{CLIENT_SECRET}":
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": asked["user"], "aud": CLIENT, "iat": now, "exp": now + 600,
            "nonce": asked["nonce"],
        }  # fmt: skip
        claims |= {
            "iss": {"iss": "http://127.0.0.1:1"}, "aud": {"aud": "another"}, "nonce": {"nonce": "stale"},
            "exp": {"exp": now - 3600, "iat": now - 7200},
        }.get(self.lie, {})  # fmt: skip
        key = self.other_key if self.lie == "key" else self.key
        signed = jwt.encode({"alg": "RS256", "kid": KEY_ID}, claims, key)
        return {"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": signed}


@contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider until the block ends."""
    own = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            own.asked.append(parts.path)
            if parts.path == "/authorize":
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("location", own.authorize(query))
                self.send_header("content-length", "0")
                self.end_headers()
            elif parts.path == "/jwks":
                self._say({"keys": [own.key.as_dict(private=False)]})
            else:
                self._say(own.metadata())

        def do_POST(self) -> None:
            own.asked.append(self.path)
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            basic = self.headers.get("authorization", "").removeprefix("Basic ")
            form = {name: values[0] for name, values in parse_qs(body).items()}
            given = own.token(form, base64.b64decode(basic).decode())
            self._say(given or {"error": "invalid_grant"}, 200 if given else 400)

        def _say(self, data: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    own.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield own
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
