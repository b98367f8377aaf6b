"""The demo's own files: two to fetch, which hold rows, and one with the reason why it is none."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from roles.models import MadeFile
from tutoring_admin.demo import jobs, made_files, roadmap, roles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("school_day")]


def test_two_are_ready_and_one_could_not_be_made(client):
    world = roles.found("maple-valley", "a-password-hash")
    for part in (jobs, roadmap, made_files):
        part.build(world)
    client.force_login(world.holder("PROJECT_MANAGER"))

    page = client.get(reverse("roles:made-files", args=["maple-valley"])).content.decode()
    rows = {made.arguments["table"]: made for made in MadeFile.objects.all()}
    plan = client.get(reverse("roles:made-file", args=["maple-valley", rows["milestones"].pk]))
    sheet = load_workbook(io.BytesIO(b"".join(plan.streaming_content))).worksheets[0]

    assert made_files.WHY in page
    assert page.count("Download<span") == 2
    assert sheet.max_row == rows["milestones"].total + 1 > 10
    assert sheet["H2"].is_date
    assert rows["positions"].file.read().startswith(b"\xef\xbb\xbfRole,")
