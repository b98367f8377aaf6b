"""Someone with an HTTP connection of their own, over a socket."""

import http.client
import re
import urllib.parse


class Person:
    """Keeps a session, a token for forms, and one connection."""

    def __init__(self, site, session):
        self.site = site
        place = urllib.parse.urlsplit(site)
        self.web = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
        self.cookies = {"sessionid": session}
        self.token = ""

    def open(self, path):
        """(status, text) of a page, and its token for what is sent next."""
        return self._ask("GET", path)

    def send(self, path, *, page="", follow=True, **fields):
        """(status, text) of what a form leads to; `page` is opened first, for its token."""
        if page:
            self.open(page)
        fields["csrfmiddlewaretoken"] = self.token
        status, text = self._ask("POST", path, urllib.parse.urlencode(fields))
        return self.open(text) if follow and status == 302 else (status, text)

    def _ask(self, method, path, body=None):
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": self.site,
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.web.request(method, path, body, headers)
        answer = self.web.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        if found := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text):
            self.token = found[1]
        return answer.status, answer.headers.get("Location") or text
