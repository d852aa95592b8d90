"""The rules of the gap finder. A rule about students is a condition in SQL on one student, and a sentence that says it.

What rules ask of a student are facts (`FACTS`): each is worked out once for a student, however many rules ask it. A
condition on facts chooses students in SQL, and is also answered by `test_of` for a group of students alike in them.

Thresholds are the district's own (`District`); whom a kind of support is meant for is written on the kind. Rooms after
this one add rules or pages, or narrow a rule, in a `gaps.py` of their own, which is read at the start.
"""

import datetime
import enum
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add, and_, eq
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import (
    Case,
    Count,
    Exists,
    Expression,
    F,
    IntegerField,
    Lookup,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from heartwork.records import queries as records
from heartwork.roster import access
from heartwork.roster import queries as roster
from heartwork.roster.models import District, Enrollment, StaffMember, Student, StudentAttribute, on_day
from heartwork.supports.models import Participation, Reach

Words = str | Promise


@dataclass(frozen=True)
class Asked:
    """A question about gaps: who asks, about which day, under which thresholds."""

    viewer: StaffMember
    day: datetime.date
    district: District

    @property
    def figures_only(self) -> bool:
        """Whether the viewer sees numbers about every student without reaching them all: small groups are hidden."""
        return sees_figures_only(self.viewer, self.day)

    @property
    def counted(self) -> QuerySet[Student]:
        """The students counted: those enrolled on the day whom the viewer reaches; for figures alone, all of them."""
        return self._with_facts(self._counted)

    @property
    def _counted(self) -> QuerySet[Student]:
        return Student.objects.all() if self.figures_only else access.visible_to(self.viewer, self.day)

    def named(self, *rights: str) -> QuerySet[Student]:
        """The students who may be named: enrolled on the day, and reached by the viewer in a role with these rights."""
        return self._with_facts(access.visible_for(self.viewer, *rights, day=self.day))

    def _with_facts(self, students: QuerySet[Student]) -> QuerySet[Student]:
        return self._here(students).alias(**self.facts)

    def _here(self, students: QuerySet[Student]) -> QuerySet[Student]:
        return students.filter(Exists(Enrollment.objects.filter(on_day(self.day), student=OuterRef("pk"))))

    def alike(self) -> list["Alike"]:
        """The students counted, as groups of those alike in all that rules ask: few, however many students. One query.

        The database then works each fact out once for a student, and each rule is asked once for a group.
        """
        names = frozenset(name for name, (_, needs) in FACTS.items() if access.may(self.viewer, needs))
        facts = _facts_in_sql(connection.vendor, names, self.day, _lines(self.district))
        rows = self._here(self._counted).order_by().values("grade", **facts).annotate(alike=Count("pk"))
        return [Alike(row, row["alike"]) for row in rows]

    @property
    def facts(self) -> dict[str, Expression | Exists]:
        """What rules may ask of each student, as far as the viewer may know."""
        return {name: fact(self) for name, (fact, needs) in FACTS.items() if access.may(self.viewer, needs)}


def _lines(district: District) -> tuple[tuple[str, Any], ...]:
    """What the district has set, to tell by whether it has set something else since."""
    return tuple((field.attname, getattr(district, field.attname)) for field in District._meta.concrete_fields)


@functools.lru_cache(maxsize=64)
def _facts_in_sql(
    vendor: str, names: frozenset[str], day: datetime.date, district: tuple[tuple[str, Any], ...]
) -> dict[str, RawSQL]:
    """The facts of these names as SQL beside a row of students.

    They are the same for everyone who asks on one day in one district. Putting them together took half the time of the
    page of gaps, so each process does it once.
    """
    asked = Asked(StaffMember(), day, District(**dict(district)))
    students = Student.objects.order_by().values(**{name: FACTS[name][0](asked) for name in sorted(names)}).query
    compiler = students.get_compiler(DEFAULT_DB_ALIAS)
    compiler.pre_sql_setup()
    facts = {}
    for name, fact in students.annotation_select.items():
        sql, params = compiler.compile(fact)
        facts[name] = RawSQL(sql, params, fact.output_field)  # noqa: S611  Django's own, its values still apart
    return facts


def sees_figures_only(viewer: StaffMember, day: datetime.date | None = None) -> bool:
    """Whether the viewer sees numbers about every student without reaching them all: small groups are hidden."""
    return not access.reaches_all(viewer, day) and "figures" in {
        access.REACH.get(role) for role in access.roles_of(viewer, day)
    }


@dataclass(frozen=True)
class Alike:
    """Students who are alike in their grade and in every fact."""

    facts: Mapping[str, Any]
    count: int


Test = Callable[[Mapping[str, Any]], bool]


def test_of(condition: Q) -> Test:
    """Whether a condition on the grade and on facts holds for students with these, as the database would answer it."""
    tests = [test_of(each) if isinstance(each, Q) else _test_of_one(each) for each in condition.children]
    if len(tests) == 1:
        (only,) = tests
        return (lambda facts: not only(facts)) if condition.negated else only
    put_together = any if condition.connector == Q.OR and tests else all
    return lambda facts: put_together([test(facts) for test in tests]) != condition.negated


def _test_of_one(asked: Any) -> Test:
    (name, _, how), value = asked[0].partition("__"), asked[1]
    compare = COMPARED[how]
    return lambda facts: compare(facts[name], value)


COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "": eq,
    "in": lambda fact, values: fact in values,
    "has": lambda fact, bits: fact & bits > 0,
}


@IntegerField.register_lookup
class Has(Lookup):
    """`own__has=Own.ANY`: whether a number of bits has one of these."""

    lookup_name = "has"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The same in both engines."""
        left, of_left = self.process_lhs(compiler, connection)
        right, of_right = self.process_rhs(compiler, connection)
        return f"({left} & {right}) > 0", (*of_left, *of_right)


Condition = Callable[[Asked], Q]
Fact = Callable[[Asked], Expression | Exists]
Sentence = Callable[[District], str]


@dataclass(frozen=True)
class Part:
    """One half of a gap that is looked at in parts."""

    code: str
    title: Words
    holds: Condition


@dataclass(frozen=True)
class StudentRule:
    """A gap that students fall into: those `among` whom it is asked, for whom it `holds`."""

    code: str
    title: Words
    sentence: Sentence
    holds: Condition
    among: Condition | None = None  # everyone
    among_words: Words = ""
    unknown: Condition | None = None  # students of whom it cannot be said
    unknown_words: Words = ""
    parts: tuple[Part, ...] = ()
    shows_distance: bool = False  # whether the list tells how far each is from the line
    needs: str = "gap.read"  # what a viewer must be allowed, to see it at all

    def asked_of(self, asked: Asked) -> Q:
        """The condition on a student to be among those of whom it is asked."""
        return self.among(asked) if self.among else Q()

    def inside(self, asked: Asked, part: str = "") -> Q:
        """The condition on a student to be in this gap, or in one part of it."""
        condition = self.asked_of(asked) & self.holds(asked)
        for narrower in narrower_of(self.code, asked.viewer):
            condition &= narrower.holds(asked)
        for each in self.parts:
            if each.code == part:
                condition &= each.holds(asked)
        return condition


@dataclass(frozen=True)
class SupportRule:
    """A gap in the inventory: supports that run, for which it `holds`. `active` is how many students are in each."""

    code: str
    title: Words
    sentence: Sentence
    holds: Condition
    needs: str = "gap.read"


@dataclass(frozen=True)
class Narrower:
    """What a later room adds to a rule: a further condition, for viewers who may know the answer."""

    words: Words
    holds: Condition
    needs: str


@dataclass(frozen=True)
class PageOfItsOwn:
    """Students whom a later room finds by a rule that no condition in SQL can say: it has a page for them."""

    address: str  # its name in the addresses
    title: Words
    words: Words
    needs: str


RULES: dict[str, StudentRule | SupportRule] = {}
NARROWER: dict[str, list[Narrower]] = {}
PAGES: list[PageOfItsOwn] = []


def add_rule(rule: StudentRule | SupportRule) -> None:
    """From now on the gap finder asks this too."""
    RULES[rule.code] = rule


def narrow_rule(code: str, narrower: Narrower) -> None:
    """From now on the rule with this code asks this too, of viewers who may know."""
    NARROWER.setdefault(code, []).append(narrower)


def narrower_of(code: str, viewer: StaffMember) -> list[Narrower]:
    """What later rooms add to a rule, as far as the viewer may know."""
    return [each for each in NARROWER.get(code, []) if access.may(viewer, each.needs)]


def add_page(page: PageOfItsOwn) -> None:
    """From now on the gap finder leads there too."""
    PAGES.append(page)


def pages_for(viewer: StaffMember) -> list[PageOfItsOwn]:
    """The pages of later rooms that the viewer may open."""
    return [each for each in PAGES if access.may(viewer, each.needs)]


# -- facts of one student


class Own(enum.IntFlag):
    """What a student is in on the day, of the supports that not everyone gets."""

    ANY = 1
    BEYOND_TIER_1 = 2  # one owed by law counts too
    TARGETED = 4  # beyond tier 1, and not simply owed by law
    NOT_BEHAVIOR = 8  # beyond tier 1, and sets out to do something else than change behavior
    INTENSIVE = 16  # tier 3, and not simply owed by law
    FOR_HOUSING = 32  # of a kind meant for youth without stable housing


class Score(enum.IntFlag):
    """Where a student's latest screening scores lie, one for each screener, set against the Tier 2 line."""

    KNOWN = 1
    ON_BORDER = 2
    FROM_BORDER = 4  # on the border or above it
    FAR_ABOVE = 8


def _bits(rows: QuerySet[Any], row: int, holds: Mapping[Any, Q]) -> Coalesce:
    """Bits of one number: that a student has a `row`, and which conditions hold for any of them; 0 without a row."""
    each: list[Any] = [Value(int(row))]
    each += [Max(Case(When(condition, then=Value(int(bit))), default=Value(0))) for bit, condition in holds.items()]
    found = rows.filter(student=OuterRef("pk")).order_by().values("student")
    return Coalesce(Subquery(found.annotate(bits=reduce(add, each)).values("bits")), 0)


def _own(asked: Asked) -> Expression:
    rows = Participation.objects.filter(
        on_day(asked.day),
        on_day(asked.day, "support__"),
        status=Participation.Status.ACTIVE,
        support__reach=Reach.LISTED,
    )
    beyond, owed = Q(support__tier__number__gte=2), Q(support__is_required_by_law=True)
    holds = {
        Own.BEYOND_TIER_1: beyond,
        Own.TARGETED: beyond & ~owed,
        Own.NOT_BEHAVIOR: beyond & Q(support__emphasis__changes_behavior=False),
        Own.INTENSIVE: Q(support__tier__number=3) & ~owed,
        Own.FOR_HOUSING: Q(support__kind__meant_for__code=HOUSING),
    }
    return _bits(rows, Own.ANY, holds)


def _scores(asked: Asked) -> Expression:
    line, district = F("tier2_cut"), asked.district
    from_border = Q(score__gte=line - district.border_below)
    holds = {
        Score.ON_BORDER: from_border & Q(score__lte=line + district.border_above),
        Score.FROM_BORDER: from_border,
        Score.FAR_ABOVE: Q(score__gte=line + district.missed_above),
    }
    return _bits(records.latest_screenings(asked.day).filter(tier2_cut__isnull=False), Score.KNOWN, holds)


def _without_housing(asked: Asked) -> Exists:
    return Exists(StudentAttribute.objects.filter(on_day(asked.day), student=OuterRef("pk"), attribute__code=HOUSING))


HOUSING = "no_stable_housing"
FACTS: dict[str, tuple[Fact, str]] = {}  # none is ever null


def add_fact(name: str, fact: Fact, needs: str = "gap.read") -> None:
    """From now on rules may ask this of a student, by this name, for viewers who may know."""
    FACTS[name] = (fact, needs)


add_fact("own", _own)
add_fact("scores", _scores)
add_fact("is_without_housing", _without_housing, "sensitive_gap.read")


def is_in(what: Own) -> Condition:
    """The student is in such a support on the day."""
    return lambda asked: Q(own__has=int(what))


def scored(where: Score = Score.KNOWN) -> Condition:
    """A latest screening score of the student lies there."""
    return lambda asked: Q(scores__has=int(where))


def no(condition: Condition) -> Condition:
    """The opposite."""
    return lambda asked: ~condition(asked)


def both(*conditions: Condition) -> Condition:
    """All of them at once."""
    return lambda asked: reduce(and_, (condition(asked) for condition in conditions))


def in_grades(setting: str) -> Condition:
    """The student is in one of the grades that the district has set."""
    return lambda asked: Q(grade__in=getattr(asked.district, setting).split())


# -- the same in words


def _points(count: int) -> str:
    return ngettext("%(count)d point", "%(count)d points", count) % {"count": count}


def _border_sentence(district: District) -> str:
    words = {"below": _points(district.border_below), "above": _points(district.border_above)}
    if not district.border_above:
        return gettext("The latest screening score is at the Tier 2 line or up to %(below)s below it.") % words
    return (
        gettext("The latest screening score lies from %(below)s below the Tier 2 line to %(above)s above it.") % words
    )


def _missed_sentence(district: District) -> str:
    return gettext(
        "The latest screening score is %(above)s or more above the Tier 2 line, and the student is in no support of "
        "any kind beyond Tier 1."
    ) % {"above": _points(district.missed_above)}


def _disconnected_sentence(district: District) -> str:
    return gettext(
        "In %(grades)s, screened below the border of Tier 2, in no activity and no other support of their own."
    ) % {"grades": roster.grades_in_words(district.middle_grades.split())}


def _transition_sentence(district: District) -> str:
    return gettext(
        "In a Tier 3 support that is not simply owed by law, and in the last grade before another school (%(grades)s)."
    ) % {"grades": roster.grades_in_words(district.transition_grades.split())}


def always(sentence: Words) -> Sentence:
    """The same sentence in every district."""
    return lambda district: str(sentence)


# -- the rules, in the order in which they are shown

for rule in (
    StudentRule(
        "tier_border",
        _("On the border of Tier 1 and Tier 2"),
        _border_sentence,
        scored(Score.ON_BORDER),
        among=scored(),
        among_words=_("students with a screening score"),
        unknown=no(scored()),
        unknown_words=_("no screening score"),
        parts=(
            Part("without", _("in no support beyond Tier 1"), no(is_in(Own.TARGETED))),
            Part("with", _("already in a support beyond Tier 1"), is_in(Own.TARGETED)),
        ),
        shows_distance=True,
    ),
    StudentRule(
        "missed_students",
        _("Far over the line, and in nothing"),
        _missed_sentence,
        both(scored(Score.FAR_ABOVE), no(is_in(Own.BEYOND_TIER_1))),
        among=scored(),
        among_words=_("students with a screening score"),
        unknown=no(scored()),
        unknown_words=_("no screening score"),
        shows_distance=True,
    ),
    StudentRule(
        "behavior_only",
        _("Only supports that change behavior"),
        always(
            _(
                "Everything beyond Tier 1 that the student is in sets out to change behavior. Nothing there builds a "
                "relationship, teaches, or supports learning."
            )
        ),
        both(is_in(Own.BEYOND_TIER_1), no(is_in(Own.NOT_BEHAVIOR))),
        among=is_in(Own.TARGETED),
        among_words=_("students with a support beyond Tier 1"),
    ),
    StudentRule(
        "disconnected",
        _("Doing well enough, and joined to nothing"),
        _disconnected_sentence,
        both(no(scored(Score.FROM_BORDER)), no(is_in(Own.ANY))),
        among=both(in_grades("middle_grades"), scored()),
        among_words=_("students of those grades with a screening score"),
        unknown=both(in_grades("middle_grades"), no(scored())),
        unknown_words=_("no screening score"),
    ),
    StudentRule(
        "housing",
        _("Without stable housing, and without a support for it"),
        always(_("Counted as without stable housing, and in no support of a kind that is meant for it.")),
        no(is_in(Own.FOR_HOUSING)),
        among=lambda asked: Q(is_without_housing=True),
        among_words=_("students without stable housing"),
        needs="sensitive_gap.read",
    ),
    StudentRule(
        "transition",
        _("Intensive support, and about to change school"),
        _transition_sentence,
        in_grades("transition_grades"),
        among=is_in(Own.INTENSIVE),
        among_words=_("students with a Tier 3 support"),
    ),
    StudentRule(
        "universal_only",
        _("Only what everyone gets"),
        always(_("In no activity, no group and no plan: in nothing that not everyone gets.")),
        no(is_in(Own.ANY)),
    ),
    SupportRule(
        "paper_support",
        _("Supports nobody is in"),
        always(_("It is in the inventory and should be running, and no student is in it.")),
        lambda asked: Q(reach=Reach.LISTED, active=0),
    ),
    SupportRule(
        "over_capacity",
        _("Supports with more students than places"),
        always(_("More students are in it than it has places.")),
        lambda asked: Q(active__gt=F("capacity")),
    ),
    SupportRule(
        "no_owner",
        _("Supports nobody answers for"),
        always(_("No adult is named who answers for it, or the one who did has left.")),
        lambda asked: Q(owner=None) | Q(owner__ended_on__lte=asked.day),
    ),
):
    add_rule(rule)  # type: ignore[arg-type]
