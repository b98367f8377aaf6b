from django.apps import AppConfig


class RoadmapConfig(AppConfig):
    name = "roadmap"

    def ready(self) -> None:
        # Models are there only now; so in each of these.
        _tell_of_news()
        _say_what_waits()
        _roll_years_over()
        _offer_files()


def _tell_of_news() -> None:
    """What the letters of this app are about."""
    from roadmap import (  # noqa: PLC0415 -- see `ready`
        calendar_news,
        decision_notices,
        learning_notices,
        meeting_notices,
        notices,
        visit_notices,
    )
    from roles.notices import register  # noqa: PLC0415 -- as above

    for source in (
        notices.Milestones(),
        notices.AtRisk(),
        calendar_news.MovedDates(),
        learning_notices.Talks(),
        learning_notices.Unmarked(),
        meeting_notices.Meetings(),
        meeting_notices.Minutes(),
        meeting_notices.Actions(),
        visit_notices.NextVisits(),
        decision_notices.Decisions(),
        decision_notices.DecisionNews(),
        decision_notices.Commitments(),
        decision_notices.CommitmentNews(),
    ):
        register(source)


def _say_what_waits() -> None:
    """On a person, for the homes; and what somebody who leaves has open."""
    from roadmap import decision_waits, waits  # noqa: PLC0415 -- see `ready`
    from roadmap.decision_work import Decisions  # noqa: PLC0415 -- as above
    from roadmap.meeting_work import MeetingActions  # noqa: PLC0415 -- as above
    from roadmap.open_work import Milestones  # noqa: PLC0415 -- as above
    from roles import open_work  # noqa: PLC0415 -- as above
    from roles.waits import register as ask_for  # noqa: PLC0415 -- as above

    open_work.register(Milestones())
    open_work.register(MeetingActions())
    open_work.register(Decisions())
    ask_for(*waits.SOURCES, *decision_waits.SOURCES)


def _roll_years_over() -> None:
    """What is copied into a new school year beside the milestones."""
    from roadmap import rolling  # noqa: PLC0415 -- see `ready`
    from roadmap.learning_rolling import Lines  # noqa: PLC0415 -- as above
    from roadmap.meeting_copies import SeriesCopier  # noqa: PLC0415 -- as above
    from roadmap.reading_rolling import Readings  # noqa: PLC0415 -- as above

    rolling.register(SeriesCopier())
    rolling.register(Lines())
    rolling.register(Readings())


def _offer_files() -> None:
    """Files made in the background, and the tables that can be downloaded."""
    from roadmap.models import MinutesFile  # noqa: PLC0415 -- see `ready`
    from roadmap.tables import TABLES  # noqa: PLC0415 -- as above
    from roles.services.sweep import carry  # noqa: PLC0415 -- as above
    from roles.tables import registry  # noqa: PLC0415 -- as above

    carry(MinutesFile, "roadmap.make_minutes")
    registry.register(*TABLES)
