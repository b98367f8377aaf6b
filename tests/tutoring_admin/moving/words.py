"""Texts and JSON that name rows by their keys, as the product writes them."""

from django.conf import settings

from tests.tutoring_admin.moving.comparing import OF_THE_MOVE
from tutoring_admin.systems.moving.catalogue import LEFT_OUT, our_models
from tutoring_admin.systems.moving.spelled import AGAIN, AGENDA, LETTERS, PERSON, SUBJECTS, VIEWS

OF_PAPERS = {
    "template_id": "checklists.ChecklistTemplate",
    "checklist_id": "checklists.Checklist",
    "window_id": "checklists.Window",
}


def named(world, words):
    """A word with the keys that go with it, and now and then a few words more."""
    word = world.one(sorted(word for word, labels in words.items() if not set(labels) & LOST))
    return joined(world, word, *words[word])


LOST = set(LEFT_OUT)


def joined(world, word, *labels):
    return ":".join((word, *(str(world.key(label)) for label in labels)))


def subject(world, row):
    return named(world, SUBJECTS)


def notice_key(world, row):
    said, who = row["subject"], row["reader_id"]
    again = AGAIN.get(said.partition(":")[0])
    if again and world.often():
        return f"{said}:news:{world.key(again)}:{who}"
    return f"{said}:{world.one(['2026-11-05:owner:-3', 'news', '0001-01-01:champion:0'])}:{who}"


def letter_key(world, row):
    if world.often(0.3):
        window, who = world.key("checklists.Window"), world.key(PERSON)
        return f"hand:checklist:{window}:{who}:2026-11-05"
    return named(world, LETTERS) + world.one(["", ":2026-11-05", ":a-b"])


def audit_subject(world, row):
    return world.one(sorted(str(model._meta.label_lower) for model in our_models()))


def audit_key(world, row):
    label = {str(m._meta.label_lower): str(m._meta.label) for m in our_models()}[row["subject"]]
    return str(world.key(label)) if label in world.ids else world.one(["", "0", "999999999"])


def detail(world, row):
    if row["verb"] != "roadmap.calendar_changed":
        return {world.text(20): world.json() for _ in range(world.rng.randint(0, 4))}
    moved = [[world.key("roadmap.Milestone"), "0001-01-01", None] for _ in range(3)]
    return {"moved": moved, "why": world.text(40)}


def verb(world, row):
    said = world.one(["roadmap.calendar_changed", world.text(60), "=verb"])
    return said if said not in OF_THE_MOVE else "other"


def keys_of_schools(world, row):
    return [world.key("roles.School") for _ in range(world.rng.randint(0, 3))]


def link(world, row):
    home = f"{settings.SITE_URL.rstrip('/')}/d/{world.district.slug}/"
    page = f"{home}roles/versions/{world.key('roles.JobDescriptionVersion')}/"
    return world.one([page, f"{page}?a=1#b", "https://x.example/d/y/roles/versions/7/", "", "=1+1"])


def view_name(world, row):
    return world.one([*sorted(VIEWS), "", "roles:index"])


def ref(world, row):
    label = VIEWS.get(row["view_name"])
    return world.key(label) if label else world.one([None, 0, 7, 2**62])


def frozen(world, row):
    def piece():
        view = view_name(world, row)
        return {
            "label": world.text(40),
            "view_name": view,
            "pk": ref(world, {"view_name": view}),
            "pdf_pk": world.one([None, world.key("roles.JobDescriptionVersion")]),
            "evidence_pk": world.one([None, world.key("selfassessment.HandEvidence")]),
            "url": link(world, row),
        }

    def said():
        return {"hint": world.one([None, 0, 3]), "checks": [world.json()]}

    codes = world.rng.sample(["6b.1", "6b.2", "6c.1", "=6"], 2)
    return {code: said() | world.one([{}, {"evidence": [piece(), piece()]}]) for code in codes}


def paper_key(world, row):
    of = next((label for column, label in OF_PAPERS.items() if row[column]), OF_PAPERS["window_id"])
    return "paper:form:" + joined(world, str(world.key(of)), PERSON, "checklists.Paper")


def binder_key(world, row):
    round_ = joined(world, "binder", "selfassessment.Round")
    if world.often():
        return f"{round_}:pdf:draft:{world.key('selfassessment.Binder')}"
    return f"{round_}:zip:{world.key('selfassessment.EvidenceSnapshot')}"


def owed(word, *labels):
    return lambda world, row: joined(world, word, *labels)


TOLD = {
    "roles.Notice": {"subject": subject, "key": notice_key},
    "roles.Snooze": {"subject": subject},
    "roles.Letter": {"key": letter_key},
    "roles.AuditEvent": {
        "verb": verb,
        "subject": audit_subject,
        "subject_pk": audit_key,
        "detail": detail,
    },
    "roles.Archive": {"key": owed("archive", PERSON, "roles.Archive")},
    "roles.HandoverPack": {"key": owed("handover", "roles.Assignment")},
    "roles.Rendering": {"key": owed("job-description-version", "roles.JobDescriptionVersion")},
    "roles.RosterImport": {
        "compared_on": lambda world, row: world.one([0, world.key("roles.RosterImport")])
    },
    "roadmap.AgendaItem": {"subject": lambda world, row: named(world, AGENDA)},
    "roadmap.MinutesFile": {"key": owed("minutes", "roadmap.Meeting")},
    "checklists.Paper": {"key": paper_key},
    "checklists.ObserverDraw": {"pool": keys_of_schools, "drawn": keys_of_schools},
    "selfassessment.Binder": {"key": binder_key},
    "selfassessment.EvidenceRevision": {"link": link},
    "selfassessment.RatingCause": {"view_name": view_name, "ref": ref, "url": link},
    "selfassessment.EvidenceSnapshot": {"content": frozen},
}
