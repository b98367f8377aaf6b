"""Rosters made up in code: OneRoster sets as real exports write them, and zips made to do harm."""

import csv
import io
import zipfile

MANIFEST = ["propertyName", "value"]
ORGS = ["sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"]
SESSIONS = [
    "sourcedId", "status", "dateLastModified", "title", "type", "startDate", "endDate",
    "parentSourcedId", "schoolYear",
]  # fmt: skip
USERS_11 = [
    "sourcedId", "status", "dateLastModified", "enabledUser", "orgSourcedIds", "role", "username",
    "userIds", "givenName", "familyName", "middleName", "identifier", "email", "sms", "phone",
    "agentSourcedIds", "grades", "password",
]  # fmt: skip
USERS_12 = [
    "sourcedId", "status", "dateLastModified", "enabledUser", "username", "userIds", "givenName",
    "familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades",
    "password", "userMasterIdentifier", "preferredGivenName", "preferredMiddleName",
    "preferredFamilyName", "primaryOrgSourcedId", "pronouns",
]  # fmt: skip
USERS_12_WIDE = [*USERS_12[:17], "resourceSourcedIds", *USERS_12[17:]]
ROLES = [
    "sourcedId", "status", "dateLastModified", "userSourcedId", "roleType", "role", "beginDate",
    "endDate", "orgSourcedId", "userProfileSourcedId",
]  # fmt: skip
MARK = "QZSTUDENTQZ"  # stands in every cell of a student that could be kept by mistake

SCHOOLS = [
    {"sourcedId": "d1", "name": "Maple Valley Schools", "type": "district"},
    {"sourcedId": "s1", "name": "Lincoln Elementary", "type": "school",
     "identifier": "481234500012", "parentSourcedId": "d1"},
    {"sourcedId": "s2", "name": "Carver Middle", "type": "school", "parentSourcedId": "d1"},
]  # fmt: skip
YEARS = [
    {"sourcedId": "y27", "title": "2026-27", "type": "schoolYear", "startDate": "2026-07-01",
     "endDate": "2027-07-01", "schoolYear": "2027"}
]  # fmt: skip
STAFF = [
    {"sourcedId": "u1", "givenName": "Rosa", "familyName": "Delgado", "role": "principal",
     "email": "rdelgado@maple.example", "org": "s1"},
    {"sourcedId": "u2", "givenName": "Amir", "familyName": "Haddad", "role": "teacher",
     "email": "ahaddad@maple.example", "org": "s1"},
    {"sourcedId": "u3", "givenName": "June", "familyName": "Okafor",
     "role": "districtAdministrator", "email": "jokafor@maple.example", "org": "d1"},
]  # fmt: skip
STUDENTS = [
    {"sourcedId": f"{MARK}-id", "givenName": f"{MARK} Kid", "familyName": MARK, "role": "student",
     "email": f"{MARK.lower()}@maple.example", "org": "s1", "grades": "03", "password": MARK,
     "username": MARK, "identifier": MARK, "agentSourcedIds": MARK, "sms": MARK, "phone": MARK},
    {"sourcedId": f"{MARK}-g", "givenName": MARK, "familyName": MARK, "role": "guardian",
     "email": f"g{MARK.lower()}@maple.example", "org": "s1", "agentSourcedIds": MARK},
    {"sourcedId": f"{MARK}-p", "givenName": MARK, "familyName": MARK, "role": "parent",
     "org": "s1"},
    {"sourcedId": f"{MARK}-r", "givenName": MARK, "familyName": MARK, "role": "Relative",
     "org": "s1"},
]  # fmt: skip
IN_1_1 = {"districtAdministrator": "administrator", "principal": "administrator"}


def table(columns, rows, *, newline="\r\n", header=None):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=newline)
    writer.writerow(header or columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return out.getvalue()


def manifest(version, **modes):
    rows = [("manifest.version", "1.0"), ("oneroster.version", version)]
    rows += [(f"file.{name}", mode) for name, mode in modes.items()]
    return table(MANIFEST, [{"propertyName": name, "value": value} for name, value in rows])


def zipped(files, *, folder="", compression=zipfile.ZIP_DEFLATED):
    """A zip of {name: text or bytes}, as a file to read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as target:
        for name, content in files.items():
            target.writestr(folder + name, content)
    out.seek(0)
    return out


def files_11(people=None, orgs=None, years=None, mode="bulk", **change):
    """The files of a 1.1 set; a file in `change` takes the place of one."""
    people = [*STAFF, *STUDENTS] if people is None else people
    users = [
        {"enabledUser": "true", "username": row["sourcedId"], "orgSourcedIds": row.get("org", ""),
         **row, "role": IN_1_1.get(row.get("role", "teacher"), row.get("role", "teacher"))}
        for row in people
    ]  # fmt: skip
    files = {
        "manifest.csv": manifest("1.1", orgs=mode, academicSessions=mode, users=mode),
        "orgs.csv": table(ORGS, SCHOOLS if orgs is None else orgs),
        "academicSessions.csv": table(SESSIONS, YEARS if years is None else years),
        "users.csv": table(USERS_11, users),
    }
    return {**files, **change}


def files_12(people=None, orgs=None, mode="bulk", columns=USERS_12, **change):
    people = [*STAFF, *STUDENTS] if people is None else people
    users = [{"enabledUser": "true", "username": row["sourcedId"], **row} for row in people]
    roles = [
        {"sourcedId": f"r-{row['sourcedId']}", "userSourcedId": row["sourcedId"],
         "roleType": "primary", "role": row["role"], "orgSourcedId": row["org"],
         "status": row.get("status", "")}
        for row in people
        if row.get("role")
    ]  # fmt: skip
    files = {
        "manifest.csv": manifest(
            "1.2", orgs=mode, academicSessions="absent", users=mode, roles=mode
        ),
        "orgs.csv": table(ORGS, SCHOOLS if orgs is None else orgs),
        "users.csv": table(columns, users),
        "roles.csv": table(ROLES, roles),
    }
    return {**files, **change}


def with_status(rows, status="active"):
    """As delta files have it, and as bulk files should not."""
    return [{"status": status, "dateLastModified": "2026-10-29T15:00:00.000Z", **r} for r in rows]
