"""A word in every text of a district, to be looked for elsewhere, or to be seen as nothing more."""

from django.db import IntegrityError, connection, transaction

from tutoring_admin.systems.moving.catalogue import owned_models


def is_text(field):
    """Free text: what holds a word from a list, or a short key, would break rather than speak."""
    kind, length = field.get_internal_type(), field.max_length or 0
    return kind == "TextField" or (kind == "CharField" and length >= 80 and not field.choices)


def speak(district, *words):
    """Put one of the words, by turns, into every text of a district that holds any. What a
    constraint of the database keeps for something else is left as it is.
    """
    for model in owned_models():
        for field in filter(is_text, model._meta.local_concrete_fields):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SET LOCAL session_replication_role = replica")
                    cursor.execute(
                        f'UPDATE {model._meta.db_table} SET "{field.column}" ='  # noqa: S608 -- names
                        " left((%s::text[])[1 + id %% %s] || ' ' || id, %s)"
                        f" WHERE district_id = %s AND \"{field.column}\" <> ''",
                        [list(words), len(words), field.max_length or 200, district.pk],
                    )
                    cursor.execute("SET LOCAL session_replication_role = origin")
            except IntegrityError:
                continue
