"""The kinds of data that Heartwork holds, in words: what it is, where it comes from, what for, and who may read it.

Each room says in its `fields.toml` of which kind a row is. A room that brings a kind of its own adds a line here.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

ROSTER = _("the roster")
OTHER_SYSTEMS = _("files of other systems")
TYPED = _("what people write here")
ITSELF = _("Heartwork itself")


@dataclass(frozen=True)
class Kind:
    """One kind of data. `read` is the line of access.toml that opens it; empty where no page shows it as such."""

    name: Words
    comes_from: Words
    why: Words
    read: str = ""


KINDS = {
    "students": Kind(
        _("Who a student is: names, grade, school and classes, birth date, sex, home language, number, e-mail"),
        ROSTER,
        _("to know who is meant"),
        "student.read",
    ),
    "families": Kind(
        _("Family members and how to reach them"), ROSTER, _("to know who cares for whom"), "student.read"
    ),
    "groups": Kind(
        _("Groups: race and ethnicity, learning English, disability, low income, foster care, housing"),
        ROSTER,
        _("for supports that are owed, and for figures by group"),
        "gap_students.read",
    ),
    "attendance": Kind(
        _("Absences and late arrivals"), OTHER_SYSTEMS, _("to notice early, and to count"), "record.read"
    ),
    "referrals": Kind(
        _("Office referrals"), OTHER_SYSTEMS, _("to see what happens before and after, and to count"), "record.read"
    ),
    "screening": Kind(
        _("Screening scores"), OTHER_SYSTEMS, _("to see who has no support and might need one"), "record.read"
    ),
    "checkins": Kind(
        _("How a student says they are, in check-ins"), OTHER_SYSTEMS, _("to answer who asks"), "checkin.read"
    ),
    "outreach": Kind(
        _("When a family was reached, how, and what came of it"),
        OTHER_SYSTEMS,
        _("to keep on trying with families not reached"),
        "student.read",
    ),
    "participation": Kind(
        _("Who is in which support, and since when"),
        OTHER_SYSTEMS,
        _("to see what surrounds a student"),
        "student.read",
    ),
    "strengths": Kind(
        _("What a student brings, and their own words where they agreed"), TYPED, _("it stands first"), "student.read"
    ),
    "audits": Kind(
        _("What a team sees and writes about a student in an audit"), TYPED, _("to decide together"), "audit.read"
    ),
    "walks": Kind(
        _("What observers saw of care as they walked through a school; sealed"),
        TYPED,
        _("to see what care looks like here, and talk about it"),
        "walkthrough.read",
    ),
    "talks": Kind(
        _("About whom a support team talks, and what it sees in a student’s way; sealed"),
        TYPED,
        _("to decide together on a next step"),
        "student.read",
    ),
    "alone": Kind(
        _("What a person writes or marks alone in a meeting; sealed, and read by its author only"),
        TYPED,
        _("so that each thinks before all speak"),
    ),
    "heard": Kind(
        _("How a person finds a change, in a week; sealed, and told only as one of many"),
        TYPED,
        _("to see where it is unclear what something is for"),
    ),
    "changes": Kind(
        _("What teams change, for which result, and how many minutes a week something asks of a role"),
        TYPED,
        _("so that what is asked of a day is seen before it is asked"),
        "routine.read",
    ),
    "meetings": Kind(
        _("What people share in a meeting, and what a team says and decides together"),
        TYPED,
        _("to decide together, and to remember it"),
        "meeting.read",
    ),
    "relationships": Kind(
        _("Which adults say that they know a student well, how many do, and who looks after whom"),
        TYPED,
        _("so that each student has an adult"),
        "student.read",
    ),
    "trusted": Kind(
        _("Which adults a student would go to, and their own words on how they know"),
        TYPED,
        _("so that each student has an adult whom they chose"),
        "trusted.read",
    ),
    "follow_ups": Kind(_("What someone promised to do, and by when"), TYPED, _("to keep promises"), "team.read"),
    "cycles": Kind(_("Problems, ideas and small tests of a team"), TYPED, _("to learn what helps"), "cycle.read"),
    "figures": Kind(
        _("Counts and rates of groups; small groups are hidden"), ITSELF, _("to see change over time"), "measure.read"
    ),
    "teams": Kind(_("Teams and their meetings"), TYPED, _("to work together"), "team.read"),
    "staff": Kind(
        _("Staff: names, assignments, sign-in names; passwords only as a one-way code"),
        ROSTER,
        _("to know who may see what"),
        "assignment.read",
    ),
    "wishes": Kind(
        _("What a family agreed to, or does not want"),
        TYPED,
        _("to do what the family said"),
        "family.read",
    ),
    "disclosures": Kind(
        _("What of a record left the district: to whom, why, when"),
        TYPED,
        _("families may ask, and the law does"),
        "family.read",
    ),
    "requests": Kind(
        _("Requests to read or correct a record, and their answers"),
        TYPED,
        _("to answer in time"),
        "family.read",
    ),
    "releases": Kind(
        _("Figures about groups as they were told, and the counts behind them"),
        ITSELF,
        _("so that figures of two days, set beside each other, tell of no one"),
    ),
    "openings": Kind(
        _("Students’ pages opened in an emergency: by whom, why, and who was told"),
        TYPED,
        _("so that nobody opens one unseen"),
        "emergency.told",
    ),
    "journal": Kind(
        _("Who did or saw what, when, and under which reason; never what was said"),
        ITSELF,
        _("so that nothing happens unseen"),
        "journal.read",
    ),
    "imports": Kind(
        _("Files that were brought in, and the report on their rows"),
        OTHER_SYSTEMS,
        _("to mend mistakes"),
        "import.read",
    ),
    "settings": Kind(
        _("How the district is made: schools, classes, calendar, supports, rules"),
        _("the roster, and what people write here"),
        _("everything else rests on it"),
        "district.read",
    ),
    "sessions": Kind(_("Who is signed in on which browser"), ITSELF, _("to stay signed in for a school day")),
    "tasks": Kind(_("Long work under way or done"), ITSELF, _("so that it goes on when a browser closes")),
}
