"""Whom to look at: three or four students by hand, at random, one of each group, or from a gap.

Chance decides on the server, once: nobody draws again until the draw suits them.
"""

import random
import uuid

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from heartwork.roster import access
from heartwork.roster.models import Attribute, Enrollment, StaffMember, Student, StudentAttribute, on_day
from heartwork.roster.queries import StudentLine, student_lines, students
from heartwork.supports.gaps import students_in_gap
from heartwork.teams.queries import only_lent

OFFERED = 25  # how many names a search offers
_dice = random.SystemRandom()


def candidates(viewer: StaffMember, facilitator: StaffMember, *, q: str = "", gap: str = "") -> QuerySet[Student]:
    """The students enrolled today whom both reach on their own, by name; narrowed to a name, or to a gap."""
    today = Enrollment.objects.filter(on_day(timezone.localdate()), student=OuterRef("pk"))
    rows = students(viewer, q=q).filter(Exists(today))
    if gap:
        rows = rows.filter(pk__in=students_in_gap(viewer, gap).order_by().values("pk"))
    rows = rows.exclude(pk__in=only_lent(viewer) | only_lent(facilitator))
    if facilitator != viewer:
        rows = rows.filter(pk__in=access.visible_to(facilitator).order_by().values("pk"))
    return rows


def offer(viewer: StaffMember, *, picked: list[str], q: str = "", gap: str = "") -> list[StudentLine]:
    """Whom to show for picking by hand: the picked ones first, then those of the gap, or called so."""
    ids = [found for found in map(_uuid, picked) if found]
    chosen = list(students(viewer).filter(public_id__in=ids)) if ids else []
    others = list(candidates(viewer, viewer, q=q, gap=gap)[:OFFERED]) if q or gap else []
    return student_lines(list(dict.fromkeys([*chosen, *others])))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def kinds_of_group(viewer: StaffMember) -> list[str]:
    """In what ways the viewer's students form groups, beside the grade: the kinds of attribute that any of them has.

    What is sensitive (housing, foster care) is left out: a draw must not tell who has it.
    """
    here = StudentAttribute.objects.filter(on_day(timezone.localdate()), student__in=access.visible_to(viewer))
    rows = Attribute.objects.filter(is_sensitive=False, pk__in=here.values("attribute"))
    return sorted(set(rows.order_by().values_list("kind", flat=True)))


def at_random(rows: QuerySet[Student], how_many: int, dice: random.Random = _dice) -> list[Student]:
    """So many different students of these, each as likely as any other; all of them if there are fewer.

    Reads only those drawn, so that a district of a million costs no more than a class.
    """
    rows = rows.order_by("pk").distinct()
    count = rows.count()
    return [rows[place] for place in dice.sample(range(count), min(how_many, count))]


def one_of_each(rows: QuerySet[Student], kind: str, how_many: int, dice: random.Random = _dice) -> list[Student]:
    """One student of each of so many groups, drawn by chance like the groups themselves.

    kind: "grade", or a kind of attribute; who has none of that kind is a group too.
    """
    if kind == "grade":
        groups = [rows.filter(grade=grade) for grade in sorted(set(rows.order_by().values_list("grade", flat=True)))]
    else:
        held = StudentAttribute.objects.filter(
            on_day(timezone.localdate()), attribute__kind=kind, attribute__is_sensitive=False
        )
        codes = sorted(set(held.filter(student__in=rows.order_by().values("pk")).values_list("attribute", flat=True)))
        mine = held.filter(student=OuterRef("pk"))
        groups = [rows.filter(Exists(mine.filter(attribute=code))) for code in codes] + [rows.exclude(Exists(mine))]
    drawn: list[Student] = []
    for group in dice.sample(groups, len(groups)):
        if len(drawn) < how_many:
            drawn += at_random(group.exclude(pk__in=[student.pk for student in drawn]), 1, dice)
    return drawn
