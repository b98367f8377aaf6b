"""People, positions, job descriptions, letters, files, the audit trail."""

from tutoring_admin.systems.privacy.uses import (
    ACCESS,
    ACT,
    ASKED_FOR,
    CHOICE,
    FROZEN,
    HOLDER,
    INVITED,
    LETTER,
    NAME,
    NOTICE,
    SIGN_IN,
    TRAIL,
    WORDS,
    Use,
)

PERSONAL: dict[str, dict[str, Use]] = {
    "roles.User": {
        "first_name": NAME,
        "last_name": NAME,
        "email": NAME,
        "password": SIGN_IN,
        "last_login": SIGN_IN,
        "keys_are_on": CHOICE,
    },
    "roles.Membership": {"user": ACCESS, "level": ACCESS, "school": ACCESS},
    "roles.Invitation": {
        "email": INVITED,
        "first_name": INVITED,
        "last_name": INVITED,
        "token_hash": INVITED,
        "invited_by": ACT,
    },
    "roles.HomePlace": {"user": CHOICE},
    "roles.MailPreference": {"person": CHOICE, "time_zone": CHOICE},
    "roles.Snooze": {"person": CHOICE},
    "roles.FeedToken": {"person": CHOICE, "hash": SIGN_IN, "made_by": ACT, "read_at": CHOICE},
    "roles.Assignment": {"holder": HOLDER, "starts_on": HOLDER, "ends_on": HOLDER},
    "roles.Acknowledgement": {"assignment": ACT},
    "roles.NotNeeded": {"reason": WORDS, "by": ACT},
    "roles.DepartmentNeed": {"text": WORDS, "note": WORDS, "asked_by": ACT, "answered_by": ACT},
    "roles.JobDescriptionVersion": {"edited_by": ACT, "published_by": ACT},
    "roles.Review": {"sent_by": ACT},
    "roles.Approval": {"by": ACT, "reason": WORDS},
    "roles.Rendering": {"file": FROZEN},
    "roles.HandoverPack": {"file": FROZEN, "asked_by": ACT},
    "roles.Archive": {"file": FROZEN, "asked_by": ACT},
    "roles.MadeFile": {
        "asked_by": ASKED_FOR,
        "file": ASKED_FOR,
        "title": ASKED_FOR,
        "arguments": ASKED_FOR,
    },
    "roles.PersonRemoval": {"person": ACT, "asked_by": ACT},
    "roles.RetentionRule": {"set_by": ACT},
    "roles.Letter": {
        "reader": LETTER,
        "to": LETTER,
        "subject": LETTER,
        "body": LETTER,
        "html": LETTER,
        "headers": LETTER,
        "message_id": LETTER,
        "last_error": LETTER,
    },
    "roles.Notice": {"reader": NOTICE, "subject": NOTICE},
    "roles.AuditEvent": {"actor": TRAIL, "detail": TRAIL, "proof": TRAIL},
}

PLAIN = {
    "roles.District": "slug name time_zone logo",
    "roles.SchoolYear": "label",
    "roles.Closure": "label",
    "roles.School": "name",
    "roles.Department": "key name",
    "roles.AuditEvent": "verb subject subject_pk salt",
    "roles.AuditSeal": "previous links hash",
    "roles.Change": "table part",
    "roles.LeadershipRole": (
        "key title approaches indicator typical_holder time_hint required preferred by_approach"
        " library_version template"
    ),
    "roles.Duty": "key text",
    "roles.JobDescriptionVersion": (
        "title summary program reports_to location time_share funding_source caseload"
        " observation_rhythm required preferred performance_review"
    ),
    "roles.Responsibility": "text",
    "roles.Rendering": "key last_error",
    "roles.HandoverPack": "key last_error",
    "roles.Archive": "key last_error",
    "roles.MadeFile": "key last_error maker name",
    "roles.PersonRemoval": "key last_error told",
    "roles.Letter": "key",
    "roles.WorkArea": "key name",
    "roles.Notice": "key source",
    "roles.Snooze": "subject",
    "roles.FeedToken": "stamp basis",
    "roles.Review": "content sha256",
    "roles.Approval": "sha256",
}
