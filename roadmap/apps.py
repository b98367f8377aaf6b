from django.apps import AppConfig


class RoadmapConfig(AppConfig):
    name = "roadmap"

    def ready(self) -> None:
        # Models are there only now.
        from roadmap import (  # noqa: PLC0415 -- see above
            calendar_news,
            decision_notices,
            decision_waits,
            learning_notices,
            meeting_notices,
            notices,
            rolling,
            visit_notices,
            waits,
        )
        from roadmap.decision_work import Decisions  # noqa: PLC0415 -- as above
        from roadmap.learning_rolling import Lines  # noqa: PLC0415 -- as above
        from roadmap.meeting_copies import SeriesCopier  # noqa: PLC0415 -- as above
        from roadmap.meeting_work import MeetingActions  # noqa: PLC0415 -- as above
        from roadmap.models import MinutesFile  # noqa: PLC0415 -- as above
        from roadmap.open_work import Milestones  # noqa: PLC0415 -- as above
        from roadmap.reading_rolling import Readings  # noqa: PLC0415 -- as above
        from roadmap.tables import TABLES  # noqa: PLC0415 -- as above
        from roles import waits as asked  # noqa: PLC0415 -- as above
        from roles.notices import register as tell_of  # noqa: PLC0415 -- as above
        from roles.open_work import register  # noqa: PLC0415 -- as above
        from roles.services.sweep import carry  # noqa: PLC0415 -- as above
        from roles.tables import registry  # noqa: PLC0415 -- as above

        register(Milestones())
        register(MeetingActions())
        asked.register(*waits.SOURCES, *decision_waits.SOURCES)
        register(Decisions())
        carry(MinutesFile, "roadmap.make_minutes")
        registry.register(*TABLES)
        tell_of(notices.Milestones())
        tell_of(notices.AtRisk())
        tell_of(calendar_news.MovedDates())
        tell_of(learning_notices.Talks())
        tell_of(learning_notices.Unmarked())
        tell_of(meeting_notices.Meetings())
        tell_of(meeting_notices.Minutes())
        tell_of(meeting_notices.Actions())
        tell_of(visit_notices.NextVisits())
        tell_of(decision_notices.Decisions())
        tell_of(decision_notices.DecisionNews())
        tell_of(decision_notices.Commitments())
        tell_of(decision_notices.CommitmentNews())
        rolling.register(SeriesCopier())
        rolling.register(Lines())
        rolling.register(Readings())
