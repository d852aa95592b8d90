"""The rules of the gap finder. A rule about students is a condition in SQL on one student, and a sentence that says it.

Thresholds are the district's own (`District`); whom a kind of support is meant for is written on the kind. Rooms after
this one add rules, or narrow one of these, in a `gaps.py` of their own, which is read at the start.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
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
        return not access.reaches_all(self.viewer, self.day) and "figures" in {
            access.REACH.get(role) for role in access.roles_of(self.viewer, self.day)
        }

    @property
    def counted(self) -> QuerySet[Student]:
        """The students counted: those enrolled on the day whom the viewer reaches; for figures alone, all of them."""
        return _enrolled(Student.objects.all(), self.day) if self.figures_only else self.reached

    @property
    def reached(self) -> QuerySet[Student]:
        """The students who may be named: those enrolled on the day whom the viewer reaches."""
        return _enrolled(access.visible_to(self.viewer, self.day), self.day)


def _enrolled(students: QuerySet[Student], day: datetime.date) -> QuerySet[Student]:
    return students.filter(Exists(Enrollment.objects.filter(on_day(day), student=OuterRef("pk"))))


Condition = Callable[[Asked], Q]
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


RULES: dict[str, StudentRule | SupportRule] = {}
NARROWER: dict[str, list[Narrower]] = {}


def add_rule(rule: StudentRule | SupportRule) -> None:
    """From now on the gap finder asks this too."""
    RULES[rule.code] = rule


def narrow_rule(code: str, narrower: Narrower) -> None:
    """From now on the rule with this code asks this too, of viewers who may know."""
    NARROWER.setdefault(code, []).append(narrower)


def narrower_of(code: str, viewer: StaffMember) -> list[Narrower]:
    """What later rooms add to a rule, as far as the viewer may know."""
    return [each for each in NARROWER.get(code, []) if access.may(viewer, each.needs)]


# -- conditions on one student


def in_support(asked: Asked, **which: Any) -> Q:
    """The student is on the day in a listed support such as `which`."""
    rows = Participation.objects.filter(
        on_day(asked.day),
        on_day(asked.day, "support__"),
        student=OuterRef("pk"),
        status=Participation.Status.ACTIVE,
        support__reach=Reach.LISTED,
        **{f"support__{name}": value for name, value in which.items()},
    )
    return Q(Exists(rows))


def beyond_tier_1(asked: Asked, **which: Any) -> Q:
    """The student is in a support beyond tier 1; one owed by law counts too."""
    return in_support(asked, tier__number__gte=2, **which)


def targeted(asked: Asked) -> Q:
    """The student is in a support beyond tier 1 that is not simply owed by law."""
    return beyond_tier_1(asked, is_required_by_law=False)


def scored(asked: Asked, **which: Any) -> Q:
    """The student has a latest screening score, with a line to set it against, such as `which`."""
    latest = records.latest_screenings(asked.day).filter(student=OuterRef("pk"), tier2_cut__isnull=False)
    return Q(Exists(latest.filter(**which)))


def scored_from(asked: Asked, points: int, **which: Any) -> Q:
    """The student's latest score lies this many points from the Tier 2 line, or more."""
    return scored(asked, score__gte=F("tier2_cut") + points, **which)


def counted_as(asked: Asked, code: str) -> Q:
    """The student is counted under this attribute on the day."""
    rows = StudentAttribute.objects.filter(on_day(asked.day), student=OuterRef("pk"), attribute__code=code)
    return Q(Exists(rows))


def _not_scored(asked: Asked) -> Q:
    return ~scored(asked)


def _in_middle_grades(asked: Asked) -> Q:
    return Q(grade__in=asked.district.middle_grades.split())


def _on_border(asked: Asked) -> Q:
    return scored_from(asked, -asked.district.border_below, score__lte=F("tier2_cut") + asked.district.border_above)


def _missed(asked: Asked) -> Q:
    return scored_from(asked, asked.district.missed_above) & ~beyond_tier_1(asked)


def _behavior_only(asked: Asked) -> Q:
    return beyond_tier_1(asked) & ~beyond_tier_1(asked, emphasis__changes_behavior=False)


def _disconnected(asked: Asked) -> Q:
    return ~scored_from(asked, -asked.district.border_below) & ~in_support(asked)


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
        _on_border,
        among=scored,
        among_words=_("students with a screening score"),
        unknown=_not_scored,
        unknown_words=_("no screening score"),
        parts=(
            Part("without", _("in no support beyond Tier 1"), lambda asked: ~targeted(asked)),
            Part("with", _("already in a support beyond Tier 1"), targeted),
        ),
        shows_distance=True,
    ),
    StudentRule(
        "missed_students",
        _("Far over the line, and in nothing"),
        _missed_sentence,
        _missed,
        among=scored,
        among_words=_("students with a screening score"),
        unknown=_not_scored,
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
        _behavior_only,
        among=targeted,
        among_words=_("students with a support beyond Tier 1"),
    ),
    StudentRule(
        "disconnected",
        _("Doing well enough, and joined to nothing"),
        _disconnected_sentence,
        _disconnected,
        among=lambda asked: _in_middle_grades(asked) & scored(asked),
        among_words=_("students of those grades with a screening score"),
        unknown=lambda asked: _in_middle_grades(asked) & _not_scored(asked),
        unknown_words=_("no screening score"),
    ),
    StudentRule(
        "housing",
        _("Without stable housing, and without a support for it"),
        always(_("Counted as without stable housing, and in no support of a kind that is meant for it.")),
        lambda asked: ~in_support(asked, kind__meant_for__code="no_stable_housing"),
        among=lambda asked: counted_as(asked, "no_stable_housing"),
        among_words=_("students without stable housing"),
        needs="sensitive_gap.read",
    ),
    StudentRule(
        "transition",
        _("Intensive support, and about to change school"),
        _transition_sentence,
        lambda asked: Q(grade__in=asked.district.transition_grades.split()),
        among=lambda asked: in_support(asked, tier__number=3, is_required_by_law=False),
        among_words=_("students with a Tier 3 support"),
    ),
    StudentRule(
        "universal_only",
        _("Only what everyone gets"),
        always(_("In no activity, no group and no plan: in nothing that not everyone gets.")),
        lambda asked: ~in_support(asked),
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
