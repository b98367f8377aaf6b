"""Why something about a person is held, how long, and who sees it: said once, used for fields."""

from __future__ import annotations

from dataclasses import dataclass

from roles.models import RetentionKind

FOREVER = "With the record. The name goes when the person is deleted."
WORKERS = "Everyone with access to the district"
READERS = "Whoever may read the record"
LEADS = "District leads"
SELF = "Only the person"


@dataclass(frozen=True)
class Use:
    """`rule` names the retention rule that takes it away; where there is none, `kept` says when."""

    why: str
    seen_by: str
    kept: str = ""
    rule: RetentionKind | None = None


NAME = Use(
    "Says who someone is, and is what they sign in with.", WORKERS, "Until they are deleted."
)
SIGN_IN = Use(
    "Lets this person in and nobody else. Only a hash is kept.",
    "Nobody",
    "Until it is changed or the person is deleted.",
)
SECRET = Use(
    "Lets another system in, or us into it. A hash, or sealed; never shown again.",
    "Nobody",
    "Until it is taken back.",
)
ACCESS = Use("What the person may do, and where.", LEADS, "Until the access is ended.")
CHOICE = Use("How the person likes to use the product.", SELF, "Until they are deleted.")
HOLDER = Use("Who holds which position: what it is all about.", WORKERS, FOREVER)
ACT = Use("Who did it, so that others can ask and rely on it.", READERS, FOREVER)
WORDS = Use(
    "Words about the work. A form asks before it keeps what looks like a student.",
    READERS,
    "With the record.",
)
TRAIL = Use(
    "Who did what and when, sealed against change.",
    "District leads and auditors",
    rule=RetentionKind.AUDIT,
)
LETTER = Use(
    "What was written to whom, until it surely arrived.", LEADS, rule=RetentionKind.LETTERS
)
NOTICE = Use("What someone is to hear of.", SELF, rule=RetentionKind.LETTERS)
INVITED = Use("Whom to ask in.", LEADS, rule=RetentionKind.INVITATIONS)
RATED = Use(
    "How a position is carried out, to support whoever holds it.",
    "The person, who rates with them, and program leads",
    rule=RetentionKind.RATINGS,
)
BESIDE = Use(
    "What a rating rests on.",
    "The person, who rates with them, and program leads",
    rule=RetentionKind.EVIDENCE,
)
COACHED = Use(
    "What was talked about, and the next step.",
    "The two who talked, and program leads",
    rule=RetentionKind.COACHING,
)
ASKED_FOR = Use("A file for whoever asked for it.", SELF, "A week.")
FROZEN = Use(
    "A published paper, as it was signed or shown.",
    READERS,
    "As published: its fingerprint would no longer fit.",
)
ROSTER = Use("Who works where, from the district's roster.", LEADS, rule=RetentionKind.ROSTERS)
