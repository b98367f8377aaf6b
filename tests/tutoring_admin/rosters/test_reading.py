"""What real exports do to the standard, and what is dropped on the line it stands in."""

import pytest
from django.db import connection

from tests.tutoring_admin.rosters.corpus import (
    MARK,
    ORGS,
    ROLES,
    SCHOOLS,
    STAFF,
    STUDENTS,
    USERS_11,
    USERS_12,
    USERS_12_WIDE,
    files_11,
    files_12,
    table,
    with_status,
)

pytestmark = pytest.mark.django_db
STAFF_NAMES = {"Delgado, Rosa", "Haddad, Amir", "Okafor, June"}


@pytest.fixture
def statements():
    """Every statement that goes to the database, with what it carries."""
    said = []

    def listen(execute, sql, params, many, context):
        said.append(f"{sql} {params!r}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield said


@pytest.mark.parametrize(
    "files",
    [
        files_11(),
        files_12(),
        files_12(columns=USERS_12_WIDE),
        # a student's role slipped one column to the left: the row is known to be nobody's
        files_11(**{"users.csv": table(USERS_11, [{"role": MARK, "givenName": MARK}])}),
        files_11(**{"users.csv": table(USERS_11, []) + f"{MARK},,\r\n{','.join([MARK] * 25)}\r\n"}),
        files_12(**{"demographics.csv": MARK, "userProfiles.csv": MARK, "enrollments.csv": MARK}),
        files_12([{**STUDENTS[0], "role": "ext:" + MARK}, *STAFF]),
        files_12([{**STUDENTS[0], "role": ""}, *STAFF]),
    ],
    ids=["1.1", "1.2", "1.2 wide", "slipped", "misshapen", "other files", "own role", "no role"],
)
def test_no_statement_ever_carries_a_student(desk, statements, files):
    roster = desk.apply(desk.read(files))

    assert roster.state == "applied"
    assert statements
    assert not [each for each in statements if MARK.lower() in each.lower()]


@pytest.mark.parametrize("files", [files_11(), files_12(), files_12(columns=USERS_12_WIDE)])
def test_staff_come_in_and_students_are_only_counted(desk, files):
    roster = desk.brought(files)

    assert desk.people(ended_on=None) == STAFF_NAMES
    assert sum(rows for file, _, rows in roster.left_out if file == "users.csv") == len(STUDENTS)


def test_what_the_product_has_no_use_for_is_not_kept(desk):
    rosa = {**STAFF[0], "sms": "555-0100", "phone": "555-0101", "password": "hunter2"}

    desk.brought(files_11([{**rosa, "grades": "03", "agentSourcedIds": "x9", "middleName": "Zoe"}]))

    assert set(desk.entry("u1").said) == {"given_name", "family_name", "email"}


def odd(name):
    if name == "byte order mark and line feeds":
        return files_11(**{"users.csv": "\ufeff" + files_11()["users.csv"].replace("\r\n", "\n")})
    if name == "status in bulk files":
        users = with_status(
            [{**row, "enabledUser": "true", "orgSourcedIds": "s1"} for row in STAFF]
        )
        users = [{**row, "role": "teacher"} for row in users]
        return files_11(**{"users.csv": table(USERS_11, users)})
    if name == "header in capitals":
        upper = [column.upper() for column in USERS_12]
        return files_12(**{"users.csv": table(USERS_12, STAFF, header=upper)})
    if name == "windows text":
        text = files_11([{**row, "familyName": "Pe\u00f1a"} for row in STAFF])["users.csv"]
        return files_11(**{"users.csv": text.encode("cp1252")})
    if name == "utf-16":
        return files_11(**{"users.csv": files_11()["users.csv"].encode("utf-16")})
    own = [{**row, "role": "ext:deanOfMath"} for row in STAFF]
    return files_12(own)


@pytest.mark.parametrize(
    "name",
    ["byte order mark and line feeds", "status in bulk files", "header in capitals",
     "windows text", "utf-16", "roles of a vendor's own"],
)  # fmt: skip
def test_real_exports_are_read_whatever_they_do(desk, name):
    roster = desk.brought(odd(name))

    assert len(desk.people(ended_on=None)) == len(STAFF)
    assert roster.rejected == 0


def test_a_folder_in_the_zip_is_read_and_mentioned(desk):
    roster = desk.read(files_11(), folder="OneRoster export/")

    assert roster.count("added") > 0
    assert any("folder" in remark for remark in roster.remarks)


def test_names_with_accents_survive_windows_text(desk):
    desk.brought(odd("windows text"))

    assert "Pe\u00f1a, Rosa" in desk.people()


def test_a_teacher_who_is_a_parent_stays_and_a_student_who_helps_does_not(desk):
    people = [STAFF[1], {**STAFF[0], "role": "aide"}]
    more = [
        {"sourcedId": "x1", "userSourcedId": "u2", "role": "parent", "orgSourcedId": "s1"},
        {"sourcedId": "x2", "userSourcedId": "u1", "role": "student", "orgSourcedId": "s1"},
    ]
    files = files_12(people)
    rows = table(ROLES, more).split("\r\n", 1)[1]

    desk.brought({**files, "roles.csv": files["roles.csv"] + rows})

    assert desk.people() == {"Haddad, Amir"}


def test_each_reject_says_file_row_column_and_what_stood_there(desk):
    people = [STAFF[0], {**STAFF[1], "givenName": "", "familyName": ""}]

    roster = desk.read(files_12(people))

    assert desk.findings(roster) == [("users.csv", 3, "familyName", "nothing", False)]
    assert roster.rejected == 1


@pytest.mark.parametrize(
    ("orgs", "column"),
    [
        ([*SCHOOLS, {"sourcedId": "o", "name": "O", "type": "school", "parentSourcedId": "no"}],
         "parentSourcedId"),
        ([*SCHOOLS, {"sourcedId": "o", "name": "O", "type": "school", "parentSourcedId": "p"},
          {"sourcedId": "p", "name": "P", "type": "school", "parentSourcedId": "o"}],
         "parentSourcedId"),
        ([*SCHOOLS, {"sourcedId": "o", "name": "O", "type": "school", "parentSourcedId": "o"}],
         "parentSourcedId"),
    ],
    ids=["orphan", "circle", "its own parent"],
)  # fmt: skip
def test_a_broken_tree_of_schools_is_told_and_the_schools_come_in(desk, orgs, column):
    roster = desk.brought(files_11(orgs=orgs))

    assert {found[2] for found in desk.findings(roster)} == {column}
    assert desk.entry("o", "org").about_key == ""
    assert desk.entry("s1", "org").about_key == "d1"


def test_of_two_rows_with_one_key_the_first_counts_and_the_second_is_told(desk):
    other = {**STAFF[1], "sourcedId": "u1"}

    roster = desk.brought(files_11([STAFF[0], other, STAFF[0]]))

    assert desk.people() == {"Delgado, Rosa"}
    assert desk.findings(roster) == [("users.csv", 3, "sourcedId", "u1, as on line 2", False)]


def test_two_people_with_one_address_come_in_and_are_told(desk):
    roster = desk.brought(files_11([STAFF[0], {**STAFF[1], "email": "RDelgado@maple.example"}]))

    assert len(desk.people()) == 2
    told = [found for found in desk.findings(roster) if found[2] == "email"]
    assert told == [("users.csv", 2, "email", "rdelgado@maple.example, lines 2 and 3", True)]


def test_a_role_at_no_school_and_one_of_nobody_are_rejected(desk):
    roles = [
        {"sourcedId": "r1", "userSourcedId": "u1", "role": "teacher", "orgSourcedId": "nowhere"},
        {"sourcedId": "r2", "userSourcedId": "nobody", "role": "teacher", "orgSourcedId": "s1"},
        {"sourcedId": "r3", "userSourcedId": "u1", "role": "teacher", "orgSourcedId": "s1"},
    ]

    roster = desk.brought(files_12([STAFF[0]], **{"roles.csv": table(ROLES, roles)}))

    assert {(found[1], found[2]) for found in desk.findings(roster)} == {
        (2, "orgSourcedId"),
        (3, "userSourcedId"),
    }
    assert roster.rejected == 2
    assert desk.entry("r3", "role").label == "teacher"


def test_the_last_day_of_a_year_is_told_where_the_file_names_the_day_after(desk):
    desk.brought(files_11())

    assert desk.entry("y27", "session").said["last_day"] == "2027-06-30"


def test_an_import_of_nothing_but_schools_leaves_people_alone(desk):
    desk.brought(files_11())
    files = files_11(
        **{"manifest.csv": "propertyName,value\noneroster.version,1.1\nfile.orgs,bulk\n"}
    )

    roster = desk.brought({**files, "orgs.csv": table(ORGS, SCHOOLS[:2])})

    assert desk.people(ended_on=None) == STAFF_NAMES
    assert roster.summary["org"]["ended"] == 1
