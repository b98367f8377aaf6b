"""How the files of a round stand, for the page that offers them."""

from __future__ import annotations

from dataclasses import dataclass

from roles.access import Reach
from roles.models import OwedStatus
from roles.reports.pdfs import pdf_state
from selfassessment.models import Binder, Round
from selfassessment.services.binders import DRAFT, prefix_of, stand_of


@dataclass(frozen=True)
class Output:
    """One kind of binder: the newest of how the round stands now, and how far it is.

    `state` is one of `pdf_state`. `size` in bytes, 0 while there is no file or it is gone.
    """

    kind: Binder.Kind
    binder: Binder | None

    @property
    def state(self) -> str:
        return pdf_state(self.binder)

    @property
    def is_unfinished(self) -> bool:
        return self.state in ("queued", "late", "delayed", "rendering")

    @property
    def size(self) -> int:
        try:
            return self.binder.file.size if self.binder and self.binder.file else 0
        except OSError:
            return 0


@dataclass(frozen=True)
class Outputs:
    """All kinds of binders of a round, and those made before it was opened again."""

    kinds: tuple[Output, ...]
    earlier: tuple[Binder, ...]

    def of(self, kind: str) -> Output:
        return next(each for each in self.kinds if each.kind == kind)


def outputs_of(round_: Round, reach: Reach) -> Outputs:
    """At most five queries."""
    stand = stand_of(round_)
    mine = Binder.objects.reachable(reach).filter(round=round_).order_by("-pk")
    kinds = tuple(
        Output(kind, mine.filter(key__startswith=prefix_of(round_, kind, stand)).first())
        for kind in Binder.Kind
    )
    shown = [each.binder.pk for each in kinds if each.binder]
    done = mine.filter(status=OwedStatus.DONE).exclude(key__contains=f":{DRAFT}:")
    return Outputs(kinds, tuple(done.exclude(pk__in=shown)))
