from django.apps import AppConfig


class SelfassessmentConfig(AppConfig):
    name = "selfassessment"

    def ready(self) -> None:
        from roadmap.indicators import aims_by, name_by  # noqa: PLC0415 -- models are there only now
        from roles import waits  # noqa: PLC0415 -- as above
        from roles.notices import register as tell_of  # noqa: PLC0415 -- as above
        from roles.services.sweep import carry  # noqa: PLC0415 -- as above
        from roles.tables import registry  # noqa: PLC0415 -- as above
        from selfassessment import notices  # noqa: PLC0415 -- as above
        from selfassessment.aims import aims  # noqa: PLC0415 -- as above
        from selfassessment.evidence_notices import (  # noqa: PLC0415 -- as above
            AHEAD,
            HandEvidenceEnds,
        )
        from selfassessment.gap_notices import ReadyGaps  # noqa: PLC0415 -- as above
        from selfassessment.library import titles  # noqa: PLC0415 -- as above
        from selfassessment.models import Binder  # noqa: PLC0415 -- as above
        from selfassessment.tables import TABLES  # noqa: PLC0415 -- as above
        from selfassessment.waits import SOURCES as ASKED  # noqa: PLC0415 -- as above

        name_by(titles)
        aims_by(aims)
        waits.register(*ASKED)
        tell_of(HandEvidenceEnds(), ahead=AHEAD)
        carry(Binder, "selfassessment.make_binder")
        registry.register(*TABLES)
        for source in notices.SOURCES:
            tell_of(source)
        tell_of(notices.NEAR_ITS_END, ahead=notices.AHEAD)
        tell_of(ReadyGaps())
