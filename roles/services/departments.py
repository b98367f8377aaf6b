"""Partner departments: what they are asked for, what they answer, and adding or removing them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.text import slugify

from roles.access import Reach
from roles.models import Assignment, Department, DepartmentNeed, User
from roles.need_news import Needs, NeedsAnswered
from roles.services import notices
from roles.services.audit import record
from roles.services.refusal import Refused, Stale

Answer = DepartmentNeed.Answer
MOVES: dict[str, tuple[str, ...]] = {
    Answer.ASKED: (Answer.AGREED, Answer.DECLINED, Answer.DELIVERED),
    Answer.AGREED: (Answer.DELIVERED, Answer.DECLINED),
    Answer.DECLINED: (Answer.AGREED, Answer.DELIVERED),
    Answer.DELIVERED: (Answer.AGREED,),
}
CHANGED = "This request was changed after you opened the page. This is how it reads now."


class NotTheirs(Refused):
    """Someone would answer for a department in which they hold no position."""


def partners(department: Department, day: dt.date) -> list[Assignment]:
    """Who holds a position of the department on the day."""
    found = Assignment.objects.filter(
        district=department.district_id, position__department=department
    )
    return list(found.in_force(day).select_related("holder"))


@transaction.atomic
def ask(department: Department, *, text: str, due_on: dt.date, by: Reach) -> DepartmentNeed:
    """Ask a department for something by a day, and tell its partners."""
    need = DepartmentNeed.objects.create(
        district=by.district, department=department, text=text, due_on=due_on, asked_by=by.user
    )
    _tell_partners(need, by)
    record(by, "need.asked", need, department=str(department), text=text, due=due_on.isoformat())
    return need


@transaction.atomic
def change(
    need: DepartmentNeed, *, text: str, due_on: dt.date, seen: dt.datetime, by: Reach
) -> bool:
    """Word or date a request anew: it is open again, whatever was answered, and partners are told.

    False if nothing changes. `seen` is the `asked_at` this person read; raises Stale if someone
    changed the request since.
    """
    if (need.text, need.due_on) == (text, due_on):
        return False
    old = {"text": need.text, "due": need.due_on.isoformat(), "answer": need.answer}
    changed = DepartmentNeed.objects.filter(pk=need.pk, asked_at=seen).update(
        text=text,
        due_on=due_on,
        asked_by_id=by.user.pk,
        asked_at=timezone.now(),
        answer=Answer.ASKED,
        answered_by=None,
        answered_at=None,
        note="",
    )
    if not changed:
        raise Stale(CHANGED)
    _take_back(need)
    need.refresh_from_db()
    _tell_partners(need, by)
    record(
        by,
        "need.changed",
        need,
        department=str(need.department),
        text=text,
        due=due_on.isoformat(),
        before=old,
    )
    return True


@transaction.atomic
def withdraw(need: DepartmentNeed, *, by: Reach) -> bool:
    """Ask for it no more. True if this call did it."""
    _take_back(need)
    key, department, text = need.pk, str(need.department), need.text
    gone, _ = DepartmentNeed.objects.filter(pk=key, district=by.district).delete()
    if gone:
        record(by, "need.withdrawn", need, department=department, text=text)
    return bool(gone)


@transaction.atomic
def answer(
    need: DepartmentNeed, *, answer: str, note: str = "", seen: dt.datetime, by: Reach
) -> bool:
    """A partner's own word on a request. True if this call changed the answer.

    Raises NotTheirs unless this person holds a position of the department today, Stale if the
    request was changed after they read it, Refused if it cannot be answered so from where it is.
    """
    if not speaks_for(need.department, by.user, by.district.today()):
        raise NotTheirs("Only the partner of this department can answer.")
    held = DepartmentNeed.objects.select_for_update(of=("self",)).get(pk=need.pk)
    if held.asked_at != seen:
        raise Stale(CHANGED)
    if held.answer == answer and held.note == note:
        return False
    if held.answer != answer and answer not in MOVES[held.answer]:
        raise Refused(f"This request is already {held.get_answer_display().lower()}.")
    if answer == Answer.DECLINED and not note:
        raise Refused("Say why not, so that others can look for a way.")
    held.answer, held.note = answer, note
    held.answered_by, held.answered_at = by.user, timezone.now()
    held.save(update_fields=["answer", "note", "answered_by", "answered_at"])
    _tell_asker(held, by)
    record(by, f"need.{answer}", held, department=str(need.department), text=held.text, reason=note)
    return True


def speaks_for(department: Department, user: User, day: dt.date) -> bool:
    """Whether this person holds a position of the department on the day."""
    return any(partner.holder_id == user.pk for partner in partners(department, day))


def _tell_partners(need: DepartmentNeed, by: Reach) -> None:
    readers = {a.holder for a in partners(need.department, by.district.today())} - {by.user}
    for reader in readers:
        stamp = _stamp(need.asked_at)
        notices.tell(by.district, reader, Needs.kind, f"{Needs.kind}:{need.pk}", again=stamp)


def _tell_asker(need: DepartmentNeed, by: Reach) -> None:
    if need.asked_by != by.user and need.answered_at:
        subject, stamp = f"{NeedsAnswered.kind}:{need.pk}", _stamp(need.answered_at)
        notices.tell(by.district, need.asked_by, NeedsAnswered.kind, subject, again=stamp)


def _stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y%m%d%H%M%S%f")


def _take_back(need: DepartmentNeed) -> None:
    """Withdraw what waits to be said about a request: it reads otherwise now."""
    notices.withdraw(need.district, f"{Needs.kind}:{need.pk}", f"{NeedsAnswered.kind}:{need.pk}")


@transaction.atomic
def add_department(name: str, *, by: Reach) -> Department:
    """A department of the district's own, under a key out of its name."""
    taken = set(Department.objects.filter(district=by.district).values_list("key", flat=True))
    stem = slugify(name)[:36] or "department"
    keys = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
    key = next(key for key in keys if key not in taken)
    department = Department.objects.create(district=by.district, key=key, name=name)
    record(by, "department.added", department, name=name)
    return department


@transaction.atomic
def rename_department(department: Department, name: str, *, by: Reach) -> bool:
    """True if the name is another one."""
    if department.name == name:
        return False
    before, department.name = department.name, name
    department.save(update_fields=["name"])
    record(by, "department.renamed", department, name=name, before=before)
    return True


@transaction.atomic
def remove_department(department: Department, *, by: Reach) -> None:
    """Take a department out with what it was asked for. Raises Refused while it has positions."""
    for need in department.needs.all():
        _take_back(need)
    name, key = department.name, department.pk
    try:
        with transaction.atomic():
            department.delete()
    except ProtectedError:
        raise Refused(
            "This department has positions, of today or of earlier years. It stays for their sake."
        ) from None
    department.pk = key
    record(by, "department.removed", department, name=name)
