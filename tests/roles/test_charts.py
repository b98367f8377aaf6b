"""Charts drawn on the server: what a screen reader gets, and where the dots lie."""

from dataclasses import dataclass

from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from roles.templatetags.charts import MOST, Bar, small_trend, trend_chart


@dataclass(frozen=True)
class Mark:
    label: str
    value: int


FALL, SPRING = Mark("Fall", 62), Mark("Spring", 71)


def drawn(tag, **context):
    source = "{% load charts %}{% " + tag + " %}"
    return html.fromstring(Template(source).render(Context(context)))


def told_by(page, svg, attribute):
    """What an attribute of the picture that names another element comes to."""
    return page.xpath(f"//*[@id='{svg.get(attribute)}']")[0].text_content()


def test_a_line_has_a_name_a_finding_and_its_table():
    page = drawn("trend_chart marks 'On track' unit='%' top=100", marks=[FALL, SPRING])

    (svg,) = page.xpath("//svg")
    assert svg.get("role") == "img"
    assert told_by(page, svg, "aria-labelledby") == "On track"
    assert told_by(page, svg, "aria-describedby") == "From 62% in Fall to 71% in Spring."
    rows = [row.text_content() for row in page.xpath("//details//tr")]
    assert rows == ["Fall62%", "Spring71%"]
    assert page.xpath("//table/caption")[0].text_content() == "On track"
    assert page.xpath("//details//th/@scope") == ["row", "row"]
    assert not page.xpath("//*[@style]")


def test_bars_are_a_list_with_figures_and_the_picture_is_silent():
    page = drawn("bar_chart rows 'By level' 'One is behind.'", rows=[Bar("Site", 3, 4)])

    (item,) = page.xpath("//ul/li")
    assert " ".join(item.text_content().split()) == "Site 3 of 4"
    assert page.xpath("//svg/@aria-hidden") == ["true"]
    assert page.xpath("//rect/@width") == ["100", "75.0"]


def test_two_charts_of_one_value_or_none_break_nothing():
    assert trend_chart([], "Nothing")["dots"] == []
    assert small_trend([FALL], "One")["says"] == "62 in Fall."
    assert Bar("None asked", 0, 0).width == "0"


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=40))
def test_dots_stay_within_the_picture_and_higher_is_more(values):
    told = trend_chart([Mark(str(n), value) for n, value in enumerate(values)], "Any")

    shown = values[-MOST:]
    dots = [(float(x), float(y)) for x, y in told["dots"]]
    assert len(dots) == len(shown)
    assert all(0 <= x <= told["width"] and 0 < y < told["base"] + 1 for x, y in dots)
    lowest_first = sorted(zip(shown, dots, strict=True), key=lambda pair: pair[0])
    heights = [y for _, (_, y) in lowest_first]
    assert heights == sorted(heights, reverse=True)
