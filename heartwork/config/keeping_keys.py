"""The district's keys by the command line: what there is, a new one, and everything under the newest."""

from django.conf import settings
from django.db import connection, transaction

from heartwork.config.saying import console
from heartwork.sealing import keys
from heartwork.sealing.fields import keys_in_use, sealed_fields
from heartwork.sealing.seals import key_id_of, rewrap

PIECE = 2000  # rows at a time


def keep(*, new: bool, rewrap: bool) -> None:
    """Do what was asked, then say which keys there are and which are needed."""
    if new:
        keys.make()
    if rewrap:
        console.print(f"{wrap_anew()} rows were wrapped under {keys.current().id}.")
    needed = keys_in_use()
    for each in keys.keys().values():
        note = "needed" if each.id in needed else "no row needs it; backups may"
        newest = ", the newest" if each == keys.current() else ""
        console.print(f"{each.id}  {note}{newest}")
    console.print(f"They are in {settings.KEYS}. Keep a copy of that folder apart from the backups.")


def wrap_anew() -> int:
    """Wrap the data key of every sealed row under the newest key; the words stay sealed meanwhile. How many rows.

    The oldest key stays needed for the marks by which imports know words again, so it is not thrown away.
    """
    done, newest = 0, keys.current().id
    for field in sealed_fields():
        table, column = map(connection.ops.quote_name, (field.model._meta.db_table, str(field.column)))
        pk = connection.ops.quote_name(str(field.model._meta.pk.column))
        last = None
        while True:
            with transaction.atomic(), connection.cursor() as cursor:
                after = f"AND {pk} > %s" if last is not None else ""
                cursor.execute(
                    f"SELECT {pk}, {column} FROM {table} WHERE {column} <> '' {after} ORDER BY {pk} LIMIT {PIECE}",
                    [last] if last is not None else [],
                )
                rows = cursor.fetchall()
                changed = [(rewrap(sealed), number, sealed) for number, sealed in rows if key_id_of(sealed) != newest]
                # Only what is as it was read: somebody may write meanwhile.
                cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE {pk} = %s AND {column} = %s", changed)
            done += len(changed)
            if len(rows) < PIECE:
                break
            last = rows[-1][0]
    return done
