"""Two people with HTTP clients of their own, over a socket: blind first, then side by side."""

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.checklists.pairs import pair_at
from tests.factories.checklists import year_of
from tests.factories.roles import AssignmentFactory, SchoolFactory

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "own-words-for-a-door"  # noqa: S105 -- of people made for this test
OWN, THEIRS = "giraffe at the door", "zebra on the log"


class Person:
    """Someone with a cookie jar, who signs in as everyone does."""

    def __init__(self, site, user):
        self.site = site
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.web = urllib.request.build_opener(jar)
        user.set_password(PASSWORD)
        user.save()
        self.send("/accounts/login/", login=user.email, password=PASSWORD)

    def ask(self, path, data=None):
        """(status, text) of a page; redirects are followed."""
        headers = {"Referer": self.site}
        asked = urllib.request.Request(self.site + path, data, headers)  # noqa: S310 -- loopback
        try:
            with self.web.open(asked, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def send(self, path, page=None, **fields):
        _, text = self.ask(page or path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
        fields["csrfmiddlewaretoken"] = token
        return self.ask(path, urllib.parse.urlencode(fields).encode())

    def rate(self, form, note):
        """Fill in a form as a browser without scripts does, and submit it."""
        base = f"/d/{form.district.slug}/checklists/{form.pk}"
        fields = {}
        for item in form.template.items.all():
            fields |= {f"value-{item.pk}": "1", f"note-{item.pk}": note}
        _, text = self.ask(f"{base}/")
        hidden = re.findall(r'name="((?:base|save)-\d+)"[^>]*value="([^"]*)"', text)
        assert self.send(f"{base}/", **dict(hidden), **fields)[0] == 200
        assert self.send(f"{base}/submit/", page=f"{base}/review/")[0] == 200


@pytest.fixture
def pair():
    school = SchoolFactory()
    year_of(school.district)
    own, observer = pair_at(school, both_in=False)
    AssignmentFactory(
        district=school.district, position=own.position, holder=own.holder, starts_on="2020-07-01"
    )
    return own, observer


def pages_of(form):
    base = f"/d/{form.district.slug}/checklists"
    about = [f"{base}/{form.pk}/{page}" for page in ("", "result/", "compare/", "agree/", "pdf/")]
    around = [f"{base}/", f"{base}/windows/{form.window_id}/", f"{base}/results/"]
    return about, [*around, f"{base}/windows/{form.window_id}/report/", f"{base}/actions/"]


@pytest.mark.parametrize("observer_is_first", [True, False])
def test_neither_reads_the_other_before_both_are_in(live_server, pair, observer_is_first):
    own, observer = pair
    holder, second = (Person(live_server.url, form.rater) for form in pair)
    early, late = (second, holder) if observer_is_first else (holder, second)
    first, last = (observer, own) if observer_is_first else (own, observer)
    said_first, said_last = (THEIRS, OWN) if observer_is_first else (OWN, THEIRS)

    early.rate(first, said_first)

    about, around = pages_of(first)
    assert [late.ask(page)[0] for page in about] == [404] * len(about)
    assert not [page for page in around if said_first in late.ask(page)[1]]

    late.rate(last, said_last)

    for person in (holder, second):
        status, text = person.ask(f"/d/{own.district.slug}/checklists/{own.pk}/compare/")
        assert status == 200
        assert OWN in text
        assert THEIRS in text
