"""A district with rows in every table that goes with it, drawn from a seed.

A row is whatever the database takes: values are drawn by the type of each column, and drawn again
where a constraint or a trigger refuses them. Rows come in children first, as in an import.
"""

import datetime as dt
import decimal
import json
import random

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, models, transaction

from roles.models import District
from selfassessment.freezing import digest
from tests.factories.roles import DistrictFactory, UserFactory
from tests.tutoring_admin.moving.words import TOLD
from tutoring_admin.systems.moving.catalogue import LEFT_OUT, children_first, tables

TRIES = 400
PIECES = (
    *("=1+1", "+", "-", "@x", "\t", "\r", "'", "''", "\\", r"\N", r"\.", "a\r\nb", "\n", '"', ","),
    *("“Ñandú”", "日本", "😀", "\u202eabc", "\ufeff", "\x85", "\u2028", "\x01", "\x7f", " ", "0"),
    *("null", "{}", "[]", "true", "[left out]", ";", "|", "%s", "NaN", "e\u0301", "Cedar Hill ES"),
)
WHOLE = {
    models.SmallIntegerField: (-(2**15), 2**15 - 1),
    models.PositiveSmallIntegerField: (0, 2**15 - 1),
    models.PositiveIntegerField: (0, 2**31 - 1),
    models.BigIntegerField: (0, 10**9),
    models.IntegerField: (-(2**31), 2**31 - 1),
}
DAYS = (dt.date.min, dt.date.max, dt.date(1582, 10, 15), dt.date(2024, 2, 29), dt.date(2026, 11, 5))
MOMENTS = (
    dt.datetime.min.replace(tzinfo=dt.UTC),
    dt.datetime.max.replace(tzinfo=dt.UTC),
    dt.datetime(2026, 11, 1, 8, 30, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 8, 2, 30, 0, 1, tzinfo=dt.UTC),
)
FILES = (b"", b"\x00", b"\r\n\xff\xfe", b"%PDF-1.7\n", 'Ñ,"=1"\r\n'.encode())


class World:
    """`ids[label]` are the keys of the rows of a table, which are all there in the end."""

    def __init__(self, seed, slug, people):
        self.rng = random.Random(seed)  # noqa: S311 -- a world, no secret
        self.district = DistrictFactory(slug=slug, name=self.text(60) or slug)
        self.ids = {"roles.District": [self.district.pk], "roles.User": [who.pk for who in people]}
        self.home = f"{slug}/"

    def often(self, share=0.5):
        return self.rng.random() < share

    def one(self, of):
        return self.rng.choice(list(of))

    def key(self, label):
        return self.one(self.ids[label])

    def text(self, limit=400):
        words = (self.one(PIECES) for _ in range(self.rng.choice([0, 1, 1, 2, 5, 30])))
        return "".join(words)[:limit]

    def json(self, depth=2):
        plain = [
            *(None, True, False, 0, -1, 2**70, 0.1, 1e300, -2.5),
            *(self.text(40), self.text(40), str(self.rng.random())),
        ]
        if depth and self.often():
            return [self.json(depth - 1) for _ in range(self.rng.randint(0, 3))]
        if depth and self.often():
            return {self.text(20): self.json(depth - 1) for _ in range(self.rng.randint(0, 3))}
        return self.one(plain)

    def file(self, limit):
        """The name of a file, which is there but for one in ten."""
        folder = self.one(["evidence", "proofs", f"made/district-{self.district.pk}", "a-b/c_d"])
        ending = self.one(["", ".png", ".pdf", " (1), a+b_c.txt"])
        name = f"{folder}/{self.rng.getrandbits(64):x}{ending}"
        assert len(name) <= limit
        if self.often(0.9):
            default_storage.save(name, ContentFile(self.one(FILES)))
        return name


def people(rng, many):
    """Some with names that need care."""
    world = World.__new__(World)
    world.rng = rng
    return [
        UserFactory(first_name=world.text(30), last_name=world.text(30), removed_at=None)
        for _ in range(many)
    ]


def build(seed, slug, who):
    world = World(seed, slug, who)
    many = world.rng.randint(2, 4)  # the same everywhere: some rows are one to one
    moved = [table for table in tables() if table.is_of_district]
    for table in moved:
        world.ids[table.label] = _keys(table, many)
    for table in children_first(tables()):
        if table.is_of_district:
            for key in world.ids[table.label]:
                _add(world, table.model, key)
    _district(world)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return world


def _keys(table, many):
    """Of rows that are to come, with gaps between them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table.name, many * 2],
        )
        return [key for (key,) in cursor.fetchall()][::2]


def _district(world):
    """The district's own row, with what it takes."""
    for field in District._meta.local_concrete_fields:
        if field.name not in ("id", "slug", "sign_on_only"):
            for _ in range(20):
                try:
                    with transaction.atomic():
                        District.objects.filter(pk=world.district.pk).update(
                            **{field.attname: _value(world, field)}
                        )
                except DatabaseError:
                    continue
                break


def _add(world, model, key):
    fields = [f for f in model._meta.local_concrete_fields if not f.primary_key]
    row = {f.attname: _value(world, f) for f in fields}
    for _ in range(TRIES):
        _tell(world, model, row)
        try:
            with transaction.atomic():
                model(id=key, **row).save_base(raw=True, force_insert=True)
        except DatabaseError as error:
            refused = error
            blamed = _blamed(error)
            for field in fields:
                if not blamed or field.column in blamed:
                    row[field.attname] = _value(world, field)
            continue
        return
    raise AssertionError(f"{model._meta.label} takes nothing that was drawn: {refused} {row}")


def _blamed(error):
    """The columns of the constraint that refused a row; none where it was a trigger."""
    told = error.__cause__.diag
    if told.column_name:
        return {told.column_name}
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, {"name": told.constraint_name or ""})
        return {name for (name,) in cursor.fetchall()}


_COLUMNS = """
SELECT a.attname FROM pg_constraint c
  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
 WHERE c.conname = %(name)s
UNION
SELECT a.attname FROM pg_class k JOIN pg_index i ON i.indexrelid = k.oid
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
 WHERE k.relname = %(name)s
"""


def _tell(world, model, row):
    """Have the columns that spell keys of rows say what the product might write there."""
    for name, told in TOLD.get(model._meta.label, {}).items():
        row[name] = told(world, row)
    if model._meta.label == "selfassessment.EvidenceSnapshot" and world.often(0.8):
        row["digest"] = digest(json.loads(json.dumps(row["content"])))


def _value(world, field):
    if field.is_relation:
        return _key(world, field)
    if field.null and world.often(0.3):
        return None
    if field.flatchoices:
        return world.one(key for key, _ in field.flatchoices)
    for kind, draw in DRAWN.items():
        if isinstance(field, kind):
            return draw(world, field)
    raise AssertionError(f"nothing to draw a {field} from")


def _key(world, field):
    label = field.related_model._meta.label
    if label in LEFT_OUT or (field.null and world.often(0.4)):
        return None
    return world.key(label)


def _whole(world, field):
    first, last = next(span for kind, span in WHOLE.items() if isinstance(field, kind))
    few = [n for n in (0, 1, 2, 3, 4, 12, 90) if first <= n <= last]
    return world.one([first, last, world.rng.randint(first, last), *few, *few])


def _day(world, field):
    near = dt.date(2026, 11, 5) + dt.timedelta(world.rng.randint(-400, 400))
    return world.one([near, near, *DAYS])


def _moment(world, field):
    near = MOMENTS[2] + dt.timedelta(seconds=world.rng.randint(-(10**7), 10**7), microseconds=7)
    return world.one([near, near, *MOMENTS])


def _decimal(world, field):
    size = 10**field.max_digits - 1
    whole = world.one([0, 1, size, -size, world.rng.randint(0, size)])
    return decimal.Decimal(whole).scaleb(-field.decimal_places)


def _json(world, field):
    empty = field.get_default() if field.has_default() else {}
    if isinstance(empty, list):
        return [world.json() for _ in range(world.rng.randint(0, 4))]
    return {world.text(20): world.json() for _ in range(world.rng.randint(0, 4))}


def _text(world, field):
    if world.often(0.2):
        return ""
    return world.text(min(field.max_length or 2000, 2000))


DRAWN = {
    models.FileField: lambda world, f: "" if world.often(0.4) else world.file(f.max_length),
    models.BooleanField: lambda world, f: world.often(),
    models.DateTimeField: _moment,
    models.DateField: _day,
    models.TimeField: lambda world, f: world.one([dt.time.min, dt.time.max, dt.time(8, 30)]),
    models.JSONField: _json,
    models.DecimalField: _decimal,
    models.FloatField: lambda world, f: world.one([0.1, 1e300, -1e-300, 0.0, 1 / 3]),
    models.UUIDField: lambda world, f: f"{world.rng.getrandbits(128):032x}",
    models.IntegerField: _whole,
    models.CharField: _text,
    models.TextField: _text,
}
