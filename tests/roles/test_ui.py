"""The kit's template tags: what reaches the page."""

import lucide
import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string

from roles.templatetags.ui import SHAPES, STATES


def rendered(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


def test_a_status_says_its_word_beside_a_shape():
    chip = rendered('{% status "late" "9 days late" %}')

    assert chip.startswith('<span class="st st--late"><svg')
    assert chip.endswith("</svg>9 days late</span>")


def test_a_status_takes_the_database_spelling_of_a_state():
    assert rendered('{% status "in_review" "x" %}') == rendered('{% status "in-review" "x" %}')


def test_a_status_nobody_drew_is_an_error():
    with pytest.raises(KeyError):
        rendered('{% status "gone-fishing" "x" %}')


def test_a_status_label_cannot_bring_its_own_markup():
    assert "<b>" not in rendered('{% status "done" label %}', label="<b>x</b>")


@pytest.mark.parametrize("kind", sorted(STATES))
def test_every_state_has_a_shape_of_ours(kind):
    assert STATES[kind].shape in SHAPES
    assert "<svg" in rendered('{% status kind "word" %}', kind=kind)


def test_states_of_one_tone_differ_in_shape_when_they_mean_different_things():
    assert STATES["late"] != STATES["blocked"]
    assert STATES["good"].shape != STATES["in-progress"].shape
    assert STATES["developing"].shape != STATES["needs-support"].shape


def test_an_icon_is_hidden_from_the_ear():
    for name in ("check", "flag"):
        assert 'aria-hidden="true"' in rendered(f'{{% icon "{name}" %}}')


def test_an_icon_nobody_drew_is_an_error():
    with pytest.raises(lucide.IconDoesNotExist):
        rendered('{% icon "no-such-drawing" %}')


@pytest.mark.parametrize(
    ("change", "said"),
    [(4, "up </span>+4"), (0, "no change </span>0"), (-5, "down </span>\u22125")],
)
def test_a_trend_is_said_and_not_only_drawn(change, said):
    assert said in rendered("{% trend change %}", change=change)


def test_a_spark_draws_the_highest_point_highest_and_survives_a_flat_line():
    climbing = rendered('{% spark points "text" %}', points=[1, 3, 2])
    flat = rendered('{% spark points "text" %}', points=[5, 5])

    assert "70.0,8.0" in climbing
    assert 'aria-label="text"' in flat


def test_a_meter_of_a_hundred_reads_as_a_percentage():
    assert "68%" in rendered('{% meter "At standard" 68 %}')
    assert "74 of 112" in rendered('{% meter "Done" 74 112 %}')


def test_a_section_is_named_by_its_heading():
    page = rendered('{% section title="Late" id="late" %}<p>x</p>{% endsection %}')

    assert '<section aria-labelledby="late">' in page
    assert '<h2 id="late">Late</h2>' in page
    assert "<p>x</p>" in page


def test_crumbs_pair_labels_with_addresses():
    trail = rendered('{% crumbs "Roles" "/roles/" "Lincoln" "/lincoln/" %}')

    assert '<a href="/roles/">Roles</a>' in trail
    assert '<a href="/lincoln/">Lincoln</a>' in trail


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (
            "Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit Chrome/140 Safari/537",
            "Chrome on Chromebook",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19 like Mac OS X) Safari/605", "Safari on iPhone"),
        ("curl/8", "A browser on an unknown device"),
    ],
)
def test_a_session_names_browser_and_device(user_agent, device):
    assert rendered("{{ agent|device }}", agent=user_agent) == device


def test_the_strip_is_left_out_where_no_calendar_is_known():
    assert "<svg" not in rendered("{% year_strip %}")


class PositionForm(forms.Form):
    title = forms.CharField()
    holder = forms.CharField()

    def clean(self):
        raise forms.ValidationError("These two do not fit together.")


def test_the_error_summary_names_each_field_and_links_to_it():
    summary = render_to_string("bootstrap5/errors.html", {"form": PositionForm({"title": "x"})})

    assert "data-error-summary" in summary
    assert 'tabindex="-1"' in summary
    assert '<a href="#id_holder">Holder: This field is required.</a>' in summary
    assert "These two do not fit together." in summary


def test_a_form_without_errors_has_no_summary():
    assert "alert" not in render_to_string("bootstrap5/errors.html", {"form": forms.Form({})})
