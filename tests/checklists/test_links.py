import pytest

from checklists.links import MOST, NO_PASSWORD, NOT_A_LINK, TOO_LONG, WEB_ONLY, NotALink, cleaned
from checklists.links import host_of as host

REFUSED = {
    "a program": ("javascript:alert(1)", WEB_ONLY),
    "a program, shouted": ("JavaScript:alert(1)", WEB_ONLY),
    "a program behind a web address": ("javascript://example.org/%0aalert(1)", WEB_ONLY),
    "data": ("data:text/html,<script>alert(1)</script>", WEB_ONLY),
    "a file of the device": ("file:///C:/logs/september.xlsx", WEB_ONLY),
    "a file server": ("ftp://example.org/log", WEB_ONLY),
    "a password": ("https://me:secret@example.org/log", NO_PASSWORD),
    "a user alone": ("https://docs.google.com@evil.example/log", NO_PASSWORD),
    "a backslash": ("https://example.org\\@evil.example", NOT_A_LINK),
    "a tab in the scheme": ("java\tscript:alert(1)", NOT_A_LINK),
    "a line break": ("https://example.org/\nlog", NOT_A_LINK),
    "a null": ("https://example.org/\x00", NOT_A_LINK),
    "words": ("see the shared folder", NOT_A_LINK),
    "no host": ("https://", NOT_A_LINK),
    "half an address in brackets": ("https://[::1/log", NOT_A_LINK),
    "too long": (f"https://example.org/{'a' * MOST}", TOO_LONG),
}


@pytest.mark.parametrize(("typed", "why"), list(REFUSED.values()), ids=list(REFUSED))
def test_what_is_no_web_page_is_refused_with_a_sentence(typed, why):
    with pytest.raises(NotALink, match=f"^{why}$"):
        cleaned(typed)


@pytest.mark.parametrize(
    "typed",
    ["https://docs.google.com/document/d/1a#heading=h.2", "http://intranet.example.org:8080/a?b=c"],
)
def test_a_web_address_is_kept_as_it_is(typed):
    assert cleaned(f"  {typed} ") == typed


@pytest.mark.parametrize("typed", ["docs.google.com/d/1", "www.example.org", "example.org:8443/a"])
def test_an_address_without_its_beginning_gets_it(typed):
    assert cleaned(typed) == f"https://{typed}"


def test_a_look_alike_host_shows_as_the_network_spells_it():
    assert host("https://\u0430pple.com/log") == "xn--pple-43d.com"
    assert host("https://Docs.Example.org/log") == "docs.example.org"
