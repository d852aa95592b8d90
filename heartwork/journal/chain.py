"""The chain of the journal: each link is a hash of one entry and of the link before it.

Pages only write entries. A clock beside them links what has been committed, a few seconds later and one at a time, so
that no page waits for another's transaction (an import may take minutes). The newest link is also kept in a file apart
from the database: who rewrites the database, and makes a new chain over what they wrote, does not end in that link.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from heartwork.journal.actions import note
from heartwork.journal.models import Entry, Link, Waiting

COLUMNS = ("pk", "at", "actor", "verb", "subject_kind", "subject_pk", "detail")
AT_ONCE = 2000  # links made in one transaction
KEPT_EVERY = timedelta(minutes=5)
ONE_AT_A_TIME = 7_305_281  # an advisory lock of PostgreSQL: any number that nothing else here uses
SHOWN = 20  # breaks told one by one


def digest(before: str, row: tuple[Any, ...]) -> str:
    """The hash of an entry (its COLUMNS) behind the link before, 64 hexadecimal digits. The first has "" before it."""
    pk, at, *rest = row
    content = [pk, at.astimezone(UTC).isoformat(timespec="microseconds"), *rest]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def link_waiting() -> int:
    """Link every entry that has been committed and waits; how many. Keeps the newest link apart."""
    linked = 0
    while Waiting.objects.exists():  # asked first, so that an idle clock never takes SQLite's one place to write
        linked += _link_some()
    head = Link.objects.order_by("-number").first()
    if head:
        _keep(head)
    return linked


@transaction.atomic
def _link_some() -> int:
    _wait_for_turn()
    head = Link.objects.order_by("-number").first()
    number, before = (head.number, head.digest) if head else (0, "")
    waiting = list(Waiting.objects.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    links = []
    for row in Entry.objects.filter(pk__in=waiting).order_by("pk").values_list(*COLUMNS):
        number, before = number + 1, digest(before, row)
        links.append(Link(number=number, entry_pk=row[0], digest=before))
    Link.objects.bulk_create(links)
    Waiting.objects.filter(pk__in=waiting).delete()
    return len(waiting)


def _wait_for_turn() -> None:
    # SQLite has one writer at a time already: its transactions begin IMMEDIATE.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


# -- the newest link, kept apart


def heads_file() -> Path:
    """Where the newest links are kept, a line each: number, digest, when."""
    return Path(settings.JOURNAL_HEADS)


def _keep(head: Link) -> None:
    path, now = heads_file(), timezone.now()
    path.touch(mode=0o600)
    last = _heads_in(_end_of(path))[-1:]
    if last and (last[0][0] >= head.number or now - last[0][2] < KEPT_EVERY):
        return
    with path.open("a") as file:
        file.write(f"{head.number} {head.digest} {now.isoformat(timespec='seconds')}\n")


def _end_of(path: Path) -> str:
    """The last lines of the file, which grows for years and is asked every few seconds."""
    with path.open("rb") as file:
        begin = max(0, file.seek(0, 2) - 400)
        file.seek(begin)
        text = file.read().decode()
    return text.partition("\n")[2] if begin else text


def _heads_in(text: str) -> list[tuple[int, str, datetime]]:
    # A line that was cut off in the middle of writing says nothing.
    parts = [line.split() for line in text.splitlines() if line.count(" ") == 2]
    return [(int(number), kept, datetime.fromisoformat(at)) for number, kept, at in parts if len(at) == 25]


# -- does it hold?


@dataclass(frozen=True)
class Verdict:
    """What a look at the whole chain found. `breaks` are sentences, the oldest first; none: it holds."""

    links: int
    head: str  # digest of the newest link
    waiting: int
    breaks: list[str] = field(default_factory=list)


def verify() -> Verdict:
    """Read every entry and every link, and say where one does not follow from the other. Reads the whole journal."""
    breaks: list[str] = []
    count, before, expected, numbers = 0, "", None, dict(_kept())
    for number, entry_pk, said, row in _links_with_entries():
        if expected is None:
            breaks += _wrong_beginning(number, said, row is not None)
        elif number != expected:
            breaks.append(f"Links {expected} to {number - 1} are gone.")
        if row is not None:
            if (number == 1 or expected == number) and digest(before, row) != said:
                breaks.append(f"Entry {entry_pk} of {row[1]:%Y-%m-%d %H:%M} is not what was linked as {number}.")
        elif expected is not None:
            breaks.append(f"Entry {entry_pk}, linked as {number}, is gone.")
        if numbers.pop(number, said) != said:
            breaks.append(f"Link {number} is not the one that was kept apart: the chain was made anew.")
        count, before, expected = count + 1, said, number + 1
    last = (expected or 1) - 1
    breaks += [f"The journal once had {number} links, and ends at {last}." for number in numbers if number > last][:1]
    linked = Link.objects.values("entry_pk")
    loose = Entry.objects.exclude(pk__in=linked).exclude(pk__in=Waiting.objects.values("pk"))
    breaks += [f"Entry {pk} was never linked." for pk in loose.order_by("pk").values_list("pk", flat=True)[:SHOWN]]
    more = len(breaks) - SHOWN
    return Verdict(count, before, Waiting.objects.count(), breaks[:SHOWN] + ([f"And {more} more."] * (more > 0)))


def _kept() -> Iterator[tuple[int, str]]:
    path = heads_file()
    for number, kept, _at in _heads_in(path.read_text() if path.exists() else ""):
        yield number, kept


def _links_with_entries() -> Iterator[tuple[int, int, str, tuple[Any, ...] | None]]:
    """Every link in order, with its entry's COLUMNS, or None where the entry is gone. A query for each 2000 links."""
    after = -1
    while links := list(Link.objects.filter(number__gt=after).order_by("number").values_list()[:AT_ONCE]):
        keys = [entry_pk for _, entry_pk, _ in links]
        rows = {row[0]: row for row in Entry.objects.filter(pk__in=keys).values_list(*COLUMNS)}
        for number, entry_pk, said in links:
            yield number, entry_pk, said, rows.get(entry_pk)
        after = links[-1][0]


def _wrong_beginning(number: int, said: str, has_entry: bool) -> list[str]:
    """A chain begins with the first entry, or with a link whose entry went by rule: retention wrote that down."""
    if has_entry and number == 1:
        return []
    written = Entry.objects.filter(verb="journal.forgotten").order_by("-pk").values_list("detail", flat=True)
    if not has_entry and any(detail.get("link") == number and detail.get("digest") == said for detail in written):
        return []
    return [f"The journal begins at link {number}, and no retention says so."]


# -- retention


def older_than(moment: datetime) -> int:
    """How many entries `forget_before` this moment would remove."""
    through = Link.objects.filter(number__lte=_last_link_before(moment))
    return Entry.objects.filter(pk__in=through.values("entry_pk")).count()


def _last_link_before(moment: datetime) -> int:
    """The number of the last link before the first whose entry is of `moment` or later; 0 when there is none."""
    young = Entry.objects.filter(at__gte=moment)
    first_young = Link.objects.filter(entry_pk__in=young.values("pk")).order_by("number").first()
    newest = Link.objects.order_by("-number").first()
    if first_young is None:
        return newest.number if newest else 0
    return first_young.number - 1


@transaction.atomic
def forget_before(moment: datetime) -> int:
    """Remove the entries from before `moment`, oldest first; how many. The rest of the chain can still be verified.

    The last link that goes stays, without its entry: the next one was made behind it. An entry says so, and is linked
    in its turn. The database refuses this for entries of the last three years.
    """
    _wait_for_turn()
    last = _last_link_before(moment)
    kept = Link.objects.filter(number=last).first()
    if kept is None:
        return 0
    through = Link.objects.filter(number__lte=last)
    gone, _each = Entry.objects.filter(pk__in=through.values("entry_pk")).delete()
    if gone:
        Link.objects.filter(number__lt=last).delete()
        note(None, "journal.forgotten", count=gone, link=last, digest=kept.digest)
    return gone
