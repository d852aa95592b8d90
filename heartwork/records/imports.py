"""Importing the calendar, attendance, referrals and screening."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from heartwork.records.models import Absence, Referral, SchoolDay, Screening
from heartwork.roster.imports.columns import (
    WARN,
    Choice,
    Column,
    Date,
    Flag,
    Identifier,
    Note,
    Number,
    Reference,
    Text,
    Time,
)
from heartwork.roster.imports.duplicates import named, unnamed
from heartwork.roster.imports.kinds import Kind, Once, Rows, Target
from heartwork.roster.imports.places import SECOND_ROW
from heartwork.roster.imports.weeks import mondays
from heartwork.roster.imports.work import Work

SAME_ROW = _("The same row is already in the file. The first one was kept.")
NO_SCHOOL = Note(WARN, _("This day is not in the calendar of school days. Correct the date, or the calendar."))

TARGETS = [
    Target("school_day", "school days", SchoolDay, ("week", "in_session"), key=("date",)),
    Target("absence", "absences", Absence, ("school_id", "is_excused", "reason"), key=("student_id", "date", "code")),
    Target(
        "referral",
        "referrals",
        Referral,
        (
            "student_id",
            "school_id",
            "date",
            "time",
            "location",
            "behavior",
            "level",
            "motivation",
            "others_involved",
            "action",
            "referred_by_id",
        ),
    ),
    Target(
        "screening",
        "screenings",
        Screening,
        ("score", "tier2_cut", "tier3_cut"),
        key=("student_id", "screener", "window", "date"),
    ),
]


# -- the calendar


def school_days(work: Work) -> set[str]:
    """The days of the calendar, from the files and from the database."""
    if "school days" not in work.facts:
        work.facts["school days"] = {
            day.isoformat() for day in SchoolDay.objects.filter(in_session=True).values_list("date", flat=True)
        }
    days: set[str] = work.facts["school days"]
    return days


def land_calendar(rows: Rows, work: Work) -> None:
    """Stage school days, each with the Monday of its week."""
    in_session = rows.get("inSession", True)
    days = school_days(work)
    for day, is_open in zip(rows["date"], in_session, strict=True):
        (days.add if is_open else days.discard)(day)
    work.stage.add("school_day", rows.at, date=rows["date"], week=mondays(rows["date"]), in_session=in_session)


CALENDAR = Kind(
    "calendar",
    _("Calendar of school days"),
    ("calendar",),
    (
        Column("date", Date(), required=True, label=_("Day")),
        Column("weekStart", Date(), label=_("Monday of its week")),
        Column("inSession", Flag(blank=True), label=_("School is open")),
    ),
    land_calendar,
    order=80,
    once=(Once(("date",), SAME_ROW),),
)


# -- attendance


def on_school_days(rows: Rows, work: Work) -> Iterator[tuple[int, str, Note]]:
    """Where there is a calendar, an absence is on one of its days."""
    days = school_days(work)
    if days and not days.issuperset(rows["date"]):
        for place, day in enumerate(rows["date"]):
            if day and day not in days:
                yield place, "date", NO_SCHOOL


def land_attendance(rows: Rows, work: Work) -> None:
    """Stage exceptions: who was absent or late."""
    given = rows.pick(school_id="orgSourcedId", is_excused="excused", reason="reason")
    work.stage.add(
        "absence", rows.at, student_id=rows["studentSourcedId"], date=rows["date"], code=rows["code"], **given
    )


ATTENDANCE = Kind(
    "attendance",
    _("Attendance: absent or late"),
    ("attendance", "absences"),
    (
        Column("studentSourcedId", Reference("student"), required=True, label=_("Student")),
        Column("orgSourcedId", Reference("organization", missing=WARN), label=_("School")),
        Column("date", Date(future="reject"), required=True, label=_("Day")),
        Column(
            "code",
            Choice(("A", "T"), also={"absent": "A", "tardy": "T", "late": "T"}),
            required=True,
            label=_("A for absent, T for tardy"),
        ),
        Column("excused", Flag(), label=_("Excused")),
        Column("reason", Text(100), label=_("Reason")),
    ),
    land_attendance,
    order=120,
    checks=(on_school_days,),
    once=(Once(("studentSourcedId", "date", "code"), SAME_ROW),),
)


# -- referrals

LOCATIONS = (
    "Classroom", "Hallway", "Cafeteria", "Playground/Field", "Bus", "Restroom", "Gym", "Library", "Office",
    "Commons", "Parking lot", "Bus loading zone", "Locker room", "Music room", "Art room", "Computer lab",
    "Assembly", "Off campus", "Special event", "Online", "Other", "Unknown",
)  # fmt: skip


def land_referrals(rows: Rows, work: Work) -> None:
    """Stage office referrals."""
    # A referral without a name is known by the student, the moment and the behavior.
    names = [
        name or f"referral:{student}:{day}:{time or ''}:{behavior}"[:255]
        for name, student, day, time, behavior in zip(
            rows.get("referralId", ""),
            rows["studentSourcedId"],
            rows["date"],
            rows.get("time"),
            rows["behavior"],
            strict=True,
        )
    ]
    given = rows.pick(
        school_id="orgSourcedId",
        time="time",
        location="location",
        level="level",
        motivation="motivation",
        others_involved="othersInvolved",
        action="action",
        referred_by_id="referredByUserSourcedId",
    )
    work.stage.add(
        "referral",
        rows.at,
        source_id=names,
        student_id=rows["studentSourcedId"],
        date=rows["date"],
        behavior=rows["behavior"],
        **given,
    )


REFERRALS = Kind(
    "referrals",
    _("Office referrals"),
    ("referrals", "behavior"),
    (
        Column("referralId", Identifier(200), also=("incidentId",), label=_("Identifier")),
        Column("studentSourcedId", Reference("student"), required=True, also=("localId",), label=_("Student")),
        Column("orgSourcedId", Reference("organization", missing=WARN), also=("schoolLocalId",), label=_("School")),
        Column("date", Date(future="reject"), required=True, also=("eventDate", "incidentDate"), label=_("Day")),
        Column("time", Time(), also=("incidentTime",), label=_("Time")),
        Column("location", Choice(LOCATIONS, unknown="keep"), also=("incidentLocation",), label=_("Where")),
        Column("behavior", Text(100), required=True, also=("incidentCode",), label=_("What")),
        Column("level", Choice(("minor", "major")), label=_("Minor or major")),
        Column("motivation", Text(100), label=_("Possible reason")),
        Column("othersInvolved", Text(100), label=_("Others involved")),
        Column("action", Text(100), label=_("What was done")),
        Column("referredByUserSourcedId", Reference("staff", missing=WARN), label=_("Referred by")),
    ),
    land_referrals,
    order=130,
    once=(
        Once(("referralId",), SECOND_ROW, only=named("referralId")),
        Once(
            ("studentSourcedId", "date", "time", "behavior"),
            SAME_ROW,
            only=unnamed("referralId"),
        ),
    ),
)


# -- screening


def land_screenings(rows: Rows, work: Work) -> None:
    """Stage scores."""
    work.stage.add(
        "screening",
        rows.at,
        student_id=rows["studentSourcedId"],
        screener=rows["screener"],
        window=rows["window"],
        date=rows["date"],
        score=rows["score"],
        **rows.pick(tier2_cut="tier2Cut", tier3_cut="tier3Cut"),
    )


SCREENERS = Kind(
    "screeners",
    _("Screening scores"),
    ("screeners", "screening"),
    (
        Column("studentSourcedId", Reference("student"), required=True, label=_("Student")),
        Column("screener", Text(100), required=True, label=_("Screener")),
        Column("window", Text(40), required=True, label=_("Season: fall, winter or spring")),
        Column("date", Date(future="reject"), required=True, label=_("Day")),
        Column("score", Number(), required=True, label=_("Score; higher means more need")),
        Column("tier2Cut", Number(), label=_("Score from which Tier 2 begins")),
        Column("tier3Cut", Number(), label=_("Score from which Tier 3 begins")),
    ),
    land_screenings,
    order=140,
    once=(Once(("studentSourcedId", "screener", "window", "date"), SAME_ROW),),
)

KINDS = [CALENDAR, ATTENDANCE, REFERRALS, SCREENERS]
