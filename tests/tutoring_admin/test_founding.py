import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from roles.models import District, LeadershipRole, Membership, School, SchoolYear, WorkArea

pytestmark = pytest.mark.django_db
WANTED = [
    "elm-creek",
    "Elm Creek Public Schools",
    "rosa@elm-creek.example",
    "--time-zone=America/Denver",
    "--first-student-day=2026-08-24",
    "--last-student-day=2027-06-04",
    "--school=Elm Creek ES",
    "--school=Elm Creek MS",
]


def test_the_first_lead_of_a_new_district_gets_in_by_the_letter(
    client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        call_command("found_district", *WANTED)

    link = re.search(r"https?://[^/\s]+(/invitations/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    client.post(
        form.request["PATH_INFO"],
        {
            "first_name": "Rosa",
            "last_name": "Lindqvist",
            "password1": "planner-and-pine-42",
            "password2": "planner-and-pine-42",
            "password": "planner-and-pine-42",
        },
    )
    home = client.get(reverse("dashboards:today", kwargs={"district": "elm-creek"}))

    assert home.status_code == 200
    assert Membership.objects.get().level == "district_lead"
    assert School.objects.count() == 2
    assert SchoolYear.objects.get().label == "2026-27"
    assert LeadershipRole.objects.count() == 17
    assert WorkArea.objects.count() == 12


@pytest.mark.parametrize(
    ("instead", "says"),
    [
        ({3: "--time-zone=Mars/Olympus"}, "time zone"),
        ({5: "--last-student-day=2026-08-01"}, "first student day"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_made(instead, says):
    wanted = [instead.get(n, value) for n, value in enumerate(WANTED)]

    with pytest.raises(CommandError, match=says):
        call_command("found_district", *wanted)
    assert not District.objects.exists()
