"""Why somebody sees a student, in words: said to the person, and said of them to others."""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.roster.models import StaffMember

ROLE_NAMES = {
    "superintendent": _("superintendent"),
    "district_leader": _("district leader"),
    "student_services_director": _("student services director"),
    "principal": _("principal"),
    "counselor": _("counselor"),
    "support_staff": _("support staff"),
    "teacher": _("teacher"),
    "facilitator": _("member of an open meeting about a student"),
    "break_glass": _("whoever opened one student’s page in an emergency"),
    "system_administrator": _("system administrator"),
}


@dataclass(frozen=True)
class Reason:
    """Why a staff member sees a student: the assignment that reaches, from when, until when (None: no end is set)."""

    staff: StaffMember
    role: str
    where: str
    since: datetime.date | None
    until: datetime.date | None
    how: str  # district, school, section, grades, student
    stands_in_for: StaffMember | None = None
    ends_at: datetime.datetime | None = None

    def __str__(self) -> str:
        return self.sentence()

    @property
    def moment(self) -> str:
        """ "February 25, 2:10 p.m.": when it is over, where a moment is set."""
        at = timezone.localtime(self.ends_at) if self.ends_at else None
        return f"{date_format(at, 'MONTH_DAY_FORMAT')}, {date_format(at, 'TIME_FORMAT')}" if at else ""

    def sentence(self) -> str:
        """ "You teach section 8B until June 12": said to the person it is about."""
        until = date_format(self.until, "MONTH_DAY_FORMAT") if self.until else ""
        words = {"role": ROLE_NAMES.get(self.role, self.role), "where": self.where, "until": until}
        if self.ends_at and self.role == "break_glass":
            return gettext("you opened it in an emergency, until %(moment)s") % {"moment": self.moment}
        if self.stands_in_for:
            text = gettext("you stand in for %(name)s until %(until)s")
            return text % (words | {"name": self.stands_in_for.name})
        if self.how == "district":
            return gettext("you are %(role)s of the district") % words
        if self.how == "section":
            text = gettext("you teach %(where)s until %(until)s") if until else gettext("you teach %(where)s")
        elif self.role == "facilitator":
            text = gettext("your team has an open meeting about this student, until it closes")
        elif self.how == "school":
            text = (
                gettext("you are %(role)s at %(where)s until %(until)s")
                if until
                else gettext("you are %(role)s at %(where)s")
            )
        else:
            text = (
                gettext("this student is in your caseload until %(until)s")
                if until
                else gettext("this student is in your caseload")
            )
        return text % words

    def about(self) -> str:
        """ "Teaches section 8B until June 12": said of the person to others."""
        until = date_format(self.until, "MONTH_DAY_FORMAT") if self.until else ""
        words = {"role": ROLE_NAMES.get(self.role, self.role), "where": self.where, "until": until}
        if self.ends_at and self.role == "break_glass":
            return gettext("opened this page in an emergency, until %(moment)s") % {"moment": self.moment}
        if self.stands_in_for:
            words |= {"name": self.stands_in_for.name, "as": ", ".join(filter(None, [str(words["role"]), self.where]))}
            return gettext("stands in for %(name)s (%(as)s) until %(until)s") % words
        if self.how == "district":
            return gettext("%(role)s, sees every student") % words
        if self.role == "facilitator":
            return gettext("has an open meeting about this student, until it closes") % words
        if self.how == "student":
            text = gettext("%(role)s: caseload, until %(until)s") if until else gettext("%(role)s: caseload")
        else:
            text = gettext("%(role)s, %(where)s, until %(until)s") if until else gettext("%(role)s, %(where)s")
        return text % words
