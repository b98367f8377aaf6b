"""A real provider of OpenID Connect on this machine, which can be told to misbehave."""

import contextlib
import threading

import flask
import jwt
import oidc_provider_mock
import requests
import werkzeug.serving
from cryptography.hazmat.primitives.asymmetric import rsa


class Provider:
    """`people` sign in by their subject; `spoil` changes the claims or the token before it goes."""

    def __init__(self):
        self.app = oidc_provider_mock.app()
        self.spoil = None
        self.wrong_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.app.after_request(self._change)
        self.url = ""

    def person(self, sub, **claims):
        """Someone at this provider. Claims as in its ID tokens."""
        requests.put(f"{self.url}/users/{sub}", json=claims, timeout=5).raise_for_status()

    def authorize(self, where, sub):
        """What the browser does there: choose the person, and be sent back. Returns the address."""
        answer = requests.post(where, data={"sub": sub}, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def _change(self, answer):
        if flask.request.path != "/oauth2/token" or not self.spoil or answer.status_code != 200:
            return answer
        body = answer.get_json()
        body["id_token"] = self.spoil(body["id_token"])
        answer.set_data(flask.json.dumps(body))
        return answer

    def signed(self, change, *, key=None, algorithm="RS256", kid=...):
        """A `spoil`: the token with other claims, signed with the provider's key or another."""

        def spoil(token):
            head = jwt.get_unverified_header(token)
            claims = change(jwt.decode(token, options={"verify_signature": False}))
            named = head["kid"] if kid is ... and "kid" in head else None
            headers = {"kid": named} if named else None
            return jwt.encode(claims, key or self.own_key(), algorithm=algorithm, headers=headers)

        return spoil

    def own_key(self):
        jwk = flask.g.oidc_provider_mock_storage.jwk
        return jwt.PyJWK(dict(jwk.as_dict(is_private=True)), algorithm="RS256").key


@contextlib.contextmanager
def running():
    """The provider, on a free port of this machine, until the end of the block."""
    provider = Provider()
    server = werkzeug.serving.make_server("localhost", 0, provider.app, threaded=True)
    provider.url = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
