"""Decisions that are asked for: asked, changed, asked back, replied to, answered or withdrawn.

Each act writes one turn. `seen` is the newest turn (primary key) that a person read: whoever acts
on an older one is told what happened meanwhile, and nothing is overwritten.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from roadmap import decision_notices as news
from roadmap.decision_story import happened
from roadmap.models import (
    AgendaItem,
    DecisionOption,
    DecisionRequest,
    DecisionState,
    DecisionTurn,
    MeetingState,
)
from roadmap.models.decisions import OPEN
from roadmap.services.decision_wording import Question, check, same_as, write_parts
from roles.access import Reach
from roles.models import Assignment, SchoolYear, User
from roles.services import audit
from roles.services.refusal import Refused, Stale

Kind = DecisionTurn.Kind
MOST_WORDS = 600
MOVES: dict[str, tuple[str, ...]] = {
    DecisionState.WAITING: (
        DecisionState.ASKED_BACK,
        DecisionState.APPROVED,
        DecisionState.DECLINED,
        DecisionState.WITHDRAWN,
    ),
    DecisionState.ASKED_BACK: (
        DecisionState.WAITING,
        DecisionState.APPROVED,
        DecisionState.DECLINED,
        DecisionState.WITHDRAWN,
    ),
}
"""Where a request can go from where it is; what is not a key is an end."""


class NotTheirs(Refused):
    """Someone would answer, change or withdraw what is not theirs to."""


def decides(request: DecisionRequest, user: User, day: dt.date) -> bool:
    """Whether this person holds the deciding position on the day. Who asked never decides."""
    held = Assignment.objects.filter(position=request.decider_id, holder=user).in_force(day)
    return request.asked_by_id != user.pk and held.exists()


def may_reword(request: DecisionRequest, by: Reach, manages: Reach) -> bool:
    """Who asked, and whoever runs the roadmap, who is not the one to decide."""
    if request.asked_by_id == by.user.pk:
        return True
    return bool(manages) and not decides(request, by.user, by.district.today())


@transaction.atomic
def ask(question: Question, *, year: SchoolYear, by: Reach) -> DecisionRequest:
    """Ask the holder of a position to decide, and tell them. Raises Refused."""
    today = by.district.today()
    if question.due_on < today:
        raise Refused("The day by which it is needed is past. Choose today or a later day.")
    check(question, by.user, today)
    request = DecisionRequest.objects.create(
        district=by.district, school_year=year, asked_by=by.user, **question.columns()
    )
    write_parts(request, question)
    turn = _turn(request, Kind.ASKED, "", by)
    news.tell_decider(request, turn)
    audit.record(
        by, "decision.asked", request, question=request.question, decider=str(request.decider),
        due=str(request.due_on),
    )  # fmt: skip
    return request


@transaction.atomic
def change(
    request: DecisionRequest, question: Question, *, seen: int, by: Reach, manages: Reach
) -> bool:
    """Word an open request anew; the decider reads that it was. False if nothing changes.

    Raises Stale if somebody acted on it since, Refused if it is answered.
    """
    held = _hold(request)
    if not may_reword(held, by, manages):
        raise NotTheirs("Only who asked can change it.")
    _fresh(held, seen, by)
    _must_be_open(held)
    changed = same_as(held, question)
    if not changed:
        return False
    check(question, held.asked_by, by.district.today())
    for name, value in question.columns().items():
        setattr(held, name, value)
    held.save(update_fields=list(question.columns()))
    write_parts(held, question)
    turn = _turn(held, Kind.CHANGED, f"Changed: {', '.join(changed)}.", by)
    news.take_back(held)
    if held.state == DecisionState.WAITING:
        news.tell_decider(held, turn)
    audit.record(
        by, "decision.changed", held, question=held.question, what=", ".join(changed)
    )  # fmt: skip
    return True


@transaction.atomic
def ask_back(request: DecisionRequest, words: str, *, seen: int, by: Reach) -> bool:
    """The decider needs to know more first. True if this call did it."""
    words = _needed(words, "Say what you need to know first.")
    held = _hold_for_decider(request, by)
    if _done_already(held, Kind.ASKED_BACK, words, by):
        return False
    _move(held, DecisionState.ASKED_BACK, Kind.ASKED_BACK, words, seen, by)
    audit.record(by, "decision.asked_back", held, question=held.question, words=words)
    return True


@transaction.atomic
def reply(request: DecisionRequest, words: str, *, seen: int, by: Reach, manages: Reach) -> bool:
    """Say what the decider asked back for: it waits for them again. True if this call did it."""
    words = _needed(words, "Say what was asked for.")
    held = _hold(request)
    if not may_reword(held, by, manages):
        raise NotTheirs("Only who asked can reply.")
    if _done_already(held, Kind.REPLIED, words, by):
        return False
    _fresh(held, seen, by)
    if held.state == DecisionState.WAITING:
        raise Refused("Nothing is asked back: it waits for an answer.")
    _move(held, DecisionState.WAITING, Kind.REPLIED, words, seen, by)
    audit.record(by, "decision.replied", held, question=held.question, words=words)
    return True


@transaction.atomic
def approve(
    request: DecisionRequest, option: DecisionOption, *, words: str = "", seen: int, by: Reach
) -> bool:
    """Choose one of the options; the departments concerned are asked to confirm. True if this call
    did it.
    """
    words = _short(words)
    held = _hold_for_decider(request, by)
    if held.chosen_id == option.pk and _done_already(held, Kind.APPROVED, words, by):
        return False
    _fresh(held, seen, by)
    chosen = held.options.filter(pk=option.pk).first()
    if chosen is None:
        raise Refused("This option is not offered any more. Choose one of those shown.")
    _answer(held, DecisionState.APPROVED, words, seen, by, chosen)
    audit.record(
        by, "decision.approved", held, question=held.question, option=chosen.text, words=words
    )
    return True


@transaction.atomic
def decline(request: DecisionRequest, words: str, *, seen: int, by: Reach) -> bool:
    """Say no, with the reason. True if this call did it."""
    words = _needed(words, "Say why not: who asked reads it.")
    held = _hold_for_decider(request, by)
    if _done_already(held, Kind.DECLINED, words, by):
        return False
    _answer(held, DecisionState.DECLINED, words, seen, by, None)
    audit.record(by, "decision.declined", held, question=held.question, reason=words)
    return True


@transaction.atomic
def withdraw(request: DecisionRequest, words: str, *, seen: int, by: Reach, manages: Reach) -> bool:
    """Ask no more, with the reason. True if this call did it."""
    words = _needed(words, "Say why it is not needed any more.")
    held = _hold(request)
    if not may_reword(held, by, manages):
        raise NotTheirs("Only who asked can withdraw it.")
    if _done_already(held, Kind.WITHDRAWN, words, by):
        return False
    _move(held, DecisionState.WITHDRAWN, Kind.WITHDRAWN, words, seen, by)
    audit.record(by, "decision.withdrawn", held, question=held.question, reason=words)
    return True


def _hold(request: DecisionRequest) -> DecisionRequest:
    """The request as it stands, held against another act at the same moment."""
    rows = DecisionRequest.objects.select_for_update(of=("self",))
    related = ("decider__role", "decider__school", "decider__department", "asked_by", "district")
    held: DecisionRequest = rows.select_related(*related).get(pk=request.pk)
    return held


def _hold_for_decider(request: DecisionRequest, by: Reach) -> DecisionRequest:
    held = _hold(request)
    if held.asked_by_id == by.user.pk:
        raise NotTheirs("You asked this yourself. Somebody else has to answer it.")
    if not decides(held, by.user, by.district.today()):
        raise NotTheirs(f"Only the holder of {held.decider} can answer.")
    return held


def _fresh(held: DecisionRequest, seen: int, by: Reach) -> None:
    """Raise Stale, with what happened, if there are turns that this person did not read."""
    since = list(held.turns.filter(pk__gt=seen).select_related("by"))
    if since:
        raise Stale(f"Meanwhile: {happened(since, by.district.zone)}")


def _must_be_open(held: DecisionRequest) -> None:
    if held.state not in OPEN:
        raise Refused(f"This is {held.get_state_display().lower()} already.")


def _done_already(held: DecisionRequest, kind: str, words: str, by: Reach) -> bool:
    """Whether the newest turn is this very act: a button pressed twice."""
    last = held.turns.order_by("-at", "-pk").first()
    return bool(last and (last.kind, last.words, last.by_id) == (kind, words, by.user.pk))


def _answer(
    held: DecisionRequest,
    state: str,
    words: str,
    seen: int,
    by: Reach,
    chosen: DecisionOption | None,
) -> None:
    held.chosen, held.answer = chosen, words
    held.answered_by, held.answered_at = by.user, timezone.now()
    _move(held, state, Kind(state), words, seen, by)
    _settle_on_agendas(held, by)
    if state == DecisionState.APPROVED:
        news.tell_departments(held, by.district.today())


def _move(held: DecisionRequest, state: str, kind: str, words: str, seen: int, by: Reach) -> None:
    """Bring a held request into another state, with its turn, and tell who waits for it."""
    _fresh(held, seen, by)
    _must_be_open(held)
    if state not in MOVES[held.state]:
        raise Refused("You asked back already. It waits for the reply.")
    held.state = state
    held.save(update_fields=["state", "chosen", "answer", "answered_by", "answered_at"])
    turn = _turn(held, kind, words, by)
    news.take_back(held)
    if kind == Kind.REPLIED:
        news.tell_decider(held, turn)
    elif kind != Kind.WITHDRAWN:
        news.tell_asker(held, turn)


def _turn(request: DecisionRequest, kind: str, words: str, by: Reach) -> DecisionTurn:
    return DecisionTurn.objects.create(
        district_id=request.district_id, request=request, kind=kind, words=words, by=by.user
    )


def _settle_on_agendas(held: DecisionRequest, by: Reach) -> None:
    """What stands on the agenda of a meeting to come is dealt with, and says how."""
    items = AgendaItem.objects.filter(
        district=held.district_id,
        subject=news.decision_subject(held.pk),
        meeting__state=MeetingState.PLANNED,
    )
    items.update(note=news.answered_words(held, by.district), settled_at=timezone.now())


def _needed(words: str, otherwise: str) -> str:
    words = _short(words)
    if not words:
        raise Refused(otherwise)
    return words


def _short(words: str) -> str:
    words = words.replace("\r\n", "\n").strip()
    if len(words) > MOST_WORDS:
        raise Refused(f"At most {MOST_WORDS} characters fit here.")
    return words
