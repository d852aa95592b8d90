"""Who may see and do what, in words: made from `access.toml`, the table that the doors themselves read."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heartwork.roster import access
from heartwork.roster.models import StaffMember

FAR: dict[str, str | Promise] = {
    "district": _("every student of the district"),
    "school": _("the students of their school"),
    "caseload": _("the students, grades or classes that their assignment names"),
    "figures": _("no student: numbers about groups, small groups hidden"),
    "none": _("no student and no numbers about students"),
}

WHAT: dict[str, str | Promise] = {
    "self.read": _("See their own page, and this one"),
    "self.edit": _("Change their own language and password"),
    "student.read": _("See students’ pages"),
    "record.read": _("See a student’s attendance, screening and referrals"),
    "student.edit": _("Add to students’ pages"),
    "district.read": _("See the district in numbers"),
    "district.edit": _("Change the district’s own rules"),
    "support.read": _("See supports"),
    "support.edit": _("Change supports"),
    "kind.edit": _("Change kinds of support"),
    "participation.edit": _("Begin and end a support for a student"),
    "coverage.read": _("See what is covered where"),
    "gap.read": _("See gaps, as numbers"),
    "gap_students.read": _("See who is in a gap"),
    "sensitive_gap.read": _("See gaps about what is sensitive, such as housing"),
    "checkin.read": _("See how students say they are"),
    "trusted.ask": _("Ask their students, with a slip of paper each, which adults they trust"),
    "trusted.read": _("See which adults a student trusts"),
    "team.read": _("See their teams, meetings and follow-ups"),
    "team.edit": _("Make teams"),
    "meeting.read": _("See meetings of their teams, and of those they sat in"),
    "meeting.edit": _("Take part in meetings"),
    "meeting.open": _("Open a meeting of a team of theirs"),
    "audit.read": _("See audits of their teams"),
    "audit.edit": _("Write in audits of their teams"),
    "audit.open": _("Open an audit"),
    "student_meeting.open": _("Open a support team’s meeting about students, and put their own students on its agenda"),
    "routine.read": _("See what changes ask of people’s days, and the load of a week"),
    "routine.edit": _("Say how a change is for them; in its team, what it asks"),
    "patterns.read": _("See patterns over audits, as numbers"),
    "walkthrough.read": _("See what observers saw of care in their school, as counts"),
    "walkthrough.edit": _("Walk through their school, and send what they saw"),
    "measure.read": _("See what is counted; small groups are hidden from who may not see each student"),
    "measure.edit": _("Say what is counted where they work, enter values, and choose how charts are drawn"),
    "cycle.read": _("See problems and cycles of their teams, or of the teams of their school"),
    "cycle.edit": _("Work on problems and cycles of their teams"),
    "all_cycles.read": _("See problems and cycles of every team"),
    "import.read": _("See imports"),
    "import.edit": _("Import files"),
    "assignment.read": _("See staff and their assignments"),
    "assignment.edit": _("Give and end assignments and sign-ins"),
    "substitute.edit": _("Say who stands in for someone, and for how long; principals, at their own school"),
    "view_as.open": _("Look as someone of the staff whom they look after: what both may see, and change nothing"),
    "sight.print": _("Print for a family who can see their child, and why"),
    "emergency.open": _("Open one student’s page in an emergency: for 24 hours, with a reason; two people are told"),
    "emergency.told": _("Are told when a page is opened in an emergency, and may end it"),
    "privacy.read": _("See how long each kind of data is kept"),
    "family.read": _("See what a family said and asked about records, and what left the district"),
    "family.edit": _("Write down what a family says and asks, and what leaves the district"),
    "family.review": _("Look through what is handed to a family, prepared by someone else"),
    "release.sign": _("Sign what leaves the district under a family’s consent"),
    "journal.read": _("Read the journal of what others did and saw; principals, of their own staff"),
    "journal.counts": _("See how often what was done, as numbers"),
    "twin.edit": _("Say whether two students are one child"),
    "second_step.owe": _("Must sign in with a second step"),
}


@dataclass(frozen=True)
class Role:
    """A role, whom it sees at most, and whether it is one of the reader's."""

    name: str | Promise
    sees: str | Promise
    is_mine: bool


@dataclass(frozen=True)
class Right:
    """Something one may do, and the roles that may."""

    what: str | Promise
    roles: list[str | Promise]
    is_everyones: bool
    is_chosen: bool  # by the district, other than Heartwork comes with


def roles(viewer: StaffMember) -> list[Role]:
    """Every role and how far it sees at most, whatever an assignment says."""
    mine = access.roles_of(viewer)
    return [Role(access.ROLE_NAMES.get(role, role), FAR[far], role in mine) for role, far in access.REACH.items()]


def table() -> list[Right]:
    """Everything one may do here, and who may, as the district has chosen. One query."""
    chosen = access.chosen_now()
    return [
        Right(
            WHAT.get(what, what),
            names_of_roles(access.roles_that_may(what, chosen)),
            "everyone" in who,
            access.roles_that_may(what, chosen) != set(who),
        )
        for what, who in access.MAY.items()
    ]


def names_of_roles(roles: Iterable[str]) -> list[str | Promise]:
    """Roles in words, in the order of the table."""
    return [access.ROLE_NAMES[role] for role in access.REACH if role in set(roles)]
