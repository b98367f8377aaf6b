"""What the demo's decisions ask, and what was said to them."""

from __future__ import annotations

from dataclasses import dataclass

from roadmap.models import Commitment, DecisionTurn

Kind, Given = DecisionTurn.Kind, Commitment.State


@dataclass(frozen=True)
class Part:
    """What a department is to give. Answered so many days ago, if it was."""

    role: str
    people: str
    time: str = ""
    state: str = Given.WAITING
    days: int = 0
    note: str = ""


@dataclass(frozen=True)
class Said:
    """One turn: so many days ago, by the holder of a role."""

    kind: str
    days: int
    words: str = ""
    role: str = "EXEC_CHAMPION"


@dataclass(frozen=True)
class Case:
    """One decision. `options` are (text, cost); the one at `advised` is advised, the one at
    `chosen` was chosen. `due`: days from today, `asked`: days ago.
    """

    question: str
    background: str
    options: tuple[tuple[str, str], ...]
    due: int
    asked: int
    cost: str = ""
    asker: str = "PROJECT_MANAGER"
    advised: int | None = 0
    said: tuple[Said, ...] = ()
    parts: tuple[Part, ...] = ()
    chosen: int | None = None


MAPLE = (
    Case(
        "Fund a second tutor coach until summer?",
        "One coach sees each tutor every fifth week. Where tutors were seen every second week, "
        "twice as many sessions began on time and with the right group.\n\n"
        "The grant has room for 0.25 of a position. The rest would come from Title I.",
        (
            ("A coach for 0.4 of a position, grant and Title I", "$24,800, of it $9,300 Title I"),
            ("A coach for 0.25 of a position, grant alone", "$15,500"),
            ("Leave it at one coach", "Nothing"),
        ),
        due=4,
        asked=3,
        cost="$24,800 until June, once",
        parts=(
            Part("DEPT_HR", "One recruiter to post and screen", "Three weeks"),
            Part("DEPT_FIN", "The Title I accountant", "Half a day"),
        ),
    ),
    Case(
        "Renew the provider's contract for spring on the new terms?",
        "Attendance of tutors is 96 percent, Riverbend at 88. The offer takes 4 percent off each "
        "session and lets us end it with 30 days' notice; it lapses at the end of the month.",
        (
            ("Renew for spring on the new terms", "$61,440 for 3,200 sessions"),
            ("Renew, without the two schools that hire their own tutors", "$48,000"),
            ("Let it end and hire for fall", "About $9,000 to recruit"),
        ),
        due=12,
        asked=1,
        cost="$61,440 from the tutoring budget",
        asker="PROGRAM_LEAD",
        parts=(Part("DEPT_LEGAL", "Counsel to read two pages of terms", "Two hours"),),
    ),
    Case(
        "Release each site lead from lunch duty on tutoring days?",
        "Seven of nine site leads supervise lunch until ten minutes before sessions begin. That is "
        "when tutors ask where their group is.",
        (
            ("Yes, on tutoring days, with paraprofessionals on duty", "None beside hours on hand"),
            ("Yes, with an aide hired for three schools", "$11,200 until June"),
            ("No, begin sessions ten minutes later", "Six hours of tutoring a week"),
        ),
        due=8,
        asked=6,
        said=(
            Said(
                Kind.ASKED_BACK,
                2,
                "Which three schools would need an aide, and have their principals agreed?",
            ),
        ),
    ),
    Case(
        "Sign the data access agreement with the provider?",
        "Tutors see attendance and group, nothing else. The provider deletes all of it 60 days "
        "after the last session; counsel asked for that and got it.",
        (
            ("Sign it as it stands", "None"),
            ("Share paper lists only, each Friday", "About four hours a week of school time"),
        ),
        due=-9,
        asked=24,
        said=(
            Said(Kind.ASKED_BACK, 20, "Who checks that the deletion happened?"),
            Said(
                Kind.REPLIED,
                18,
                "Data does, with a letter from the provider on file by July 31.",
                "PROJECT_MANAGER",
            ),
            Said(Kind.APPROVED, 15, "Good. I want that letter in my hands by July 31."),
        ),
        parts=(
            Part(
                "DEPT_DATA", "One analyst for the export", "Two hours a week", Given.CONFIRMED, 13
            ),
            Part("DEPT_LEGAL", "Counsel's signature", "One hour"),
        ),
        chosen=0,
    ),
    Case(
        "Pay tutors a stipend for the two training days in January?",
        "Nine of 14 new tutors say that they cannot come unpaid. The training is what the provider "
        "and we agreed on, and sessions begin the week after.",
        (
            ("$120 a day for each tutor who comes", "$3,360 from Title II, once"),
            ("Train in the first week of sessions instead", "Two days of tutoring"),
        ),
        due=6,
        asked=9,
        cost="$3,360 from Title II, once",
        said=(Said(Kind.APPROVED, 4, "Yes. Trained tutors in the first week are worth it."),),
        parts=(
            Part("DEPT_HR", "One payroll specialist for the stipend run", "One day in January"),
            Part("DEPT_FIN", "The Title II accountant", "Two hours", Given.CONFIRMED, 3),
        ),
        chosen=0,
    ),
    Case(
        "Run the late bus fifteen minutes earlier at two schools?",
        "Sessions on Mondays begin late at Harbor View and Northside because the bus does.",
        (
            ("Run it earlier from the next quarter on", "$2,900 a semester"),
            ("Begin sessions later on Mondays", "15 minutes of tutoring a week"),
        ),
        due=-25,
        asked=44,
        said=(Said(Kind.APPROVED, 37, "Start with Harbor View and tell me how it goes."),),
        parts=(
            Part(
                "DEPT_FIN",
                "The transport budget's owner",
                "One meeting",
                Given.DECLINED,
                30,
                "The bus contract allows changes in January only. Later sessions until then.",
            ),
        ),
        chosen=0,
    ),
    Case(
        "Open tutoring to grade 6 this school year?",
        "Two principals ask for it. The tutors we have would serve 40 students more, each once a "
        "week instead of three times.",
        (
            ("Yes, at the two schools that ask", "None this year"),
            ("Plan it for next fall, with tutors of its own", "$38,000 next year"),
            ("Stay with grades 3 to 5", "Nothing"),
        ),
        due=-30,
        asked=52,
        advised=1,
        said=(
            Said(
                Kind.DECLINED,
                41,
                "Once a week is not high-impact tutoring. Bring it again with next year's budget.",
            ),
        ),
    ),
    Case(
        "Buy headsets for every tutoring room?",
        "Six rooms share eleven headsets. Sessions online wait for the group before them.",
        (("Buy 60", "$1,740"), ("Buy 30 and share", "$870")),
        due=-40,
        asked=61,
        said=(
            Said(
                Kind.WITHDRAWN,
                55,
                "Technology found 60 in the warehouse and has delivered them.",
                "PROJECT_MANAGER",
            ),
        ),
    ),
)
CEDAR = (
    Case(
        "Which approach do we take for the first year?",
        "Three ways, compared on one page. A provider starts in August; our own tutors not before "
        "January.",
        (
            ("Partner with a proven provider", "$41,000"),
            ("Build our own program", "$29,000 and a coordinator"),
        ),
        due=10,
        asked=2,
        parts=(Part("DEPT_HR", "Someone to write the tutor posting", "Two days"),),
    ),
)
