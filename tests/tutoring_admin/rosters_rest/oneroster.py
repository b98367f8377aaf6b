"""A OneRoster server on loopback, 1.1 and 1.2, that behaves as it is told.

It hands out tokens for one client, answers pages with `Link` and `X-Total-Count`, knows filter,
sort, fields, limit and offset, and notes every question. `manner` changes how it answers.
"""

import base64
import datetime as dt
import ipaddress
import json
import re
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

BASE = {"1.1": "/ims/oneroster/v1p1", "1.2": "/ims/oneroster/rostering/v1p2"}
CLIENT, SECRET = "tutoring", "s3cret/of+ours"
SCOPE = "https://purl.imsglobal.org/spec/or/v1p2/scope/roster-core.readonly"
CLAUSE = re.compile(r"^([\w.]+)\s*(!=|=|>)\s*'([^']*)'$")


@dataclass
class Manner:
    """How the server behaves. `before(server, path, query)` may answer in its place."""

    token_lasts: int = 3600
    secret_in_form: bool = False
    link: bool = True
    count: bool = True
    knows: frozenset = frozenset({"filter", "sort", "fields"})
    cap: int = 10_000
    count_shift: int = 0
    scripted: list = field(default_factory=list)


class Server:
    """`url` with `base_address` and `token_address`; `asked` are (path, query) in order."""

    def __init__(self, version="1.2", *, context=None):
        self.version = version
        self.manner = Manner()
        self.collections = {"orgs": [], "academicSessions": [], "users": []}
        self.asked, self.tokens, self.given = [], set(), 0
        self.over = threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.http.daemon_threads = True
        if context is not None:
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        scheme = "https" if context else "http"
        self.url = f"{scheme}://127.0.0.1:{self.http.server_port}"
        self.base_address = self.url + BASE[version]
        self.token_address = self.url + "/token"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def stop(self):
        self.over.set()
        self.http.shutdown()
        self.http.server_close()

    def next_answers(self, *answers):
        """The next questions for pages get these instead: a function of the handler each, or None
        for the usual.
        """
        self.manner.scripted = list(answers)

    def questions(self, collection):
        return [query for path, query in self.asked if path.endswith(f"/{collection}")]

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                server.token(self)

            def do_GET(self):
                server.page(self)

            def log_message(self, *args):
                pass

        return Handler

    def token(self, handler):
        length = int(handler.headers.get("Content-Length", 0))
        form = {k: v[0] for k, v in parse_qs(handler.rfile.read(length).decode()).items()}
        self.asked.append(("/token", form))
        if handler.path != "/token":
            return say(handler, 404, {"error": "not_found"})
        if self.manner.secret_in_form:
            pair = (form.get("client_id"), form.get("client_secret"))
        else:
            told = handler.headers.get("Authorization", "")
            plain = base64.b64decode(told.removeprefix("Basic ") or b"").decode()
            pair = tuple(unquote(each) for each in plain.split(":", 1))
        if pair != (CLIENT, SECRET):
            return say(handler, 401, {"error": "invalid_client"})
        if self.version == "1.2" and form.get("scope") != SCOPE:
            return say(handler, 400, {"error": "invalid_scope"})
        self.given += 1
        token = f"token-{self.given}"
        self.tokens = {token}
        lasts = self.manner.token_lasts
        return say(
            handler, 200, {"access_token": token, "token_type": "Bearer", "expires_in": lasts}
        )

    def page(self, handler):
        parts = urlsplit(handler.path)
        query = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
        self.asked.append((parts.path, query))
        if self.manner.scripted and (answer := self.manner.scripted.pop(0)):
            return answer(handler)
        token = handler.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            return say(handler, 401, {"imsx_codeMajor": "failure"})
        prefix, _, collection = parts.path.rpartition("/")
        if prefix != BASE[self.version] or collection not in self.collections:
            return say(handler, 404, {"imsx_codeMajor": "failure"})
        unknown = ({"filter", "sort", "fields"} & query.keys()) - self.manner.knows
        if unknown:
            return say(handler, 400, {"imsx_codeMajor": "failure"})
        return self._rows(handler, parts.path, collection, query)

    def _rows(self, handler, path, collection, query):
        rows = [row for row in self.collections[collection] if matches(row, query.get("filter"))]
        if "sort" in query:
            rows.sort(key=lambda row: row[query["sort"]])
        limit = min(int(query.get("limit", 100)), self.manner.cap)
        offset = int(query.get("offset", 0))
        part = rows[offset : offset + limit]
        if "fields" in query:
            wanted = set(query["fields"].split(","))
            part = [{k: v for k, v in row.items() if k in wanted} for row in part]
        headers = {}
        if self.manner.count:
            headers["X-Total-Count"] = str(len(rows) + self.manner.count_shift)
        if self.manner.link and offset + limit < len(rows):
            onward = urlencode({**query, "offset": offset + limit, "limit": limit})
            # as behind a proxy: the name in it is not the one that we asked
            headers["Link"] = f'<http://inside.example:8080{path}?{onward}>; rel="next"'
        elif self.manner.link:
            headers["Link"] = f'<http://inside.example:8080{path}?offset=0>; rel="first"'
        return say(handler, 200, {collection: part}, headers)


def matches(row, expression):
    """Clauses joined by AND; a list, as in `roles.role`, is not X if none of it is."""
    for clause in (expression or "").split(" AND ") if expression else ():
        name, sign, value = CLAUSE.match(clause.strip()).groups()
        found = values(row, name.split("."))
        if sign == "=" and value not in found:
            return False
        if sign == "!=" and value in found:
            return False
        if sign == ">" and not any(each > value for each in found):
            return False
    return True


def values(value, path):
    if isinstance(value, list):
        return [found for each in value for found in values(each, path)]
    if path and isinstance(value, dict):
        return values(value.get(path[0], ""), path[1:])
    return [str(value)]


def say(handler, status, told, headers=None, *, kind="application/json"):
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def busy(wait=None, status=429):
    """Answer that there are too many questions, or that the server has trouble."""
    headers = {} if wait is None else {"Retry-After": str(wait)}
    return lambda handler: say(handler, status, {"imsx_codeMajor": "failure"}, headers)


def cut_off(handler):
    """Promise more than is sent, then hang up."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"users": [{"sourcedId": "')
    handler.close_connection = True


def hang_up(handler):
    """Half of an answer without a length: only its end says that something is missing."""
    handler.wfile.write(b'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"orgs": [')
    handler.close_connection = True


def drip(server):
    """One byte at a time, for as long as the test runs."""

    def answer(handler):
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n")
        try:
            while not server.over.wait(0.05):
                handler.wfile.write(b" ")
                handler.wfile.flush()
        except OSError:
            pass
        handler.close_connection = True

    return answer


def silent(server):
    """Take the question and say nothing."""

    def answer(handler):
        server.over.wait(20)
        handler.close_connection = True

    return answer


def elsewhere(handler):
    say(handler, 302, b"", {"Location": "http://169.254.169.254/latest/meta-data/"})


def web_page(handler):
    say(handler, 200, b"<!doctype html><title>Welcome</title>", kind="text/html; charset=utf-8")


def org(key, name, kind="school", parent="d1", **more):
    return {
        "sourcedId": key,
        "status": "active",
        "dateLastModified": "2026-08-01T06:00:00.000Z",
        "name": name,
        "type": kind,
        "identifier": "",
        **({"parent": {"href": "x", "sourcedId": parent, "type": "org"}} if parent else {}),
        **more,
    }


def year():
    return {
        "sourcedId": "sy27",
        "status": "active",
        "dateLastModified": "2026-07-01T06:00:00.000Z",
        "title": "2026-27",
        "type": "schoolYear",
        "startDate": "2026-08-10",
        "endDate": "2027-05-28",
        "schoolYear": "2027",
    }


def user(version, key, first, last, role="teacher", orgs=("s1",), **more):
    """Also what we must not read: a password, grades, a phone."""
    row = {
        "sourcedId": key,
        "status": "active",
        "dateLastModified": "2026-08-02T06:00:00.000Z",
        "enabledUser": "true" if version == "1.1" else True,
        "username": key,
        "givenName": first,
        "familyName": last,
        "email": f"{key}@maple.example",
        "password": f"pw-{key}",
        "sms": "555-0100",
        "grades": ["09"],
    }
    if version == "1.1":
        row |= {"role": role, "orgs": [{"href": "x", "sourcedId": o, "type": "org"} for o in orgs]}
    else:
        row["roles"] = [
            {"roleType": "primary", "role": role, "org": {"href": "x", "sourcedId": o}}
            for o in orgs
        ]
        row["primaryOrg"] = {"href": "x", "sourcedId": orgs[0]}
    return row | more


def maple(server, *, teachers=3, students=5):
    """A small district: two schools, a principal, teachers, and people whom nobody should keep."""
    v = server.version
    principal = "administrator" if v == "1.1" else "principal"
    server.collections["orgs"] = [
        org("d1", "Maple Valley", "district", None),
        org("s1", "Lincoln Elementary"),
        org("s2", "Mercer Middle"),
    ]
    server.collections["academicSessions"] = [year()]
    server.collections["users"] = [
        user(v, "p1", "Grace", "Okafor", principal),
        *(user(v, f"t{n:05}", "Terry", f"Teacher{n}") for n in range(teachers)),
        *(user(v, f"k{n:05}", "Kim", f"Pupil{n}", "student") for n in range(students)),
        user(v, "g1", "Gil", "Guardian", "guardian"),
        user(v, "r1", "Ray", "Relative", "relative"),
    ]


def certificate(folder, *, days=2, name="127.0.0.1"):
    """A context with a certificate that is signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=9))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def wait_until(true, seconds=10.0):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "It did not come to pass."
        time.sleep(0.01)
