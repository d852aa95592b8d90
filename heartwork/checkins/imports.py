"""Importing check-ins that another system collected."""

from django.utils.translation import gettext_noop as _

from heartwork.checkins.models import CheckIn
from heartwork.roster.imports.columns import WARN, Column, Date, Flag, Number, Reference, Text
from heartwork.roster.imports.kinds import Kind, Once, Rows, Target
from heartwork.roster.imports.weeks import mondays, starts_on_monday
from heartwork.roster.imports.work import Work
from heartwork.sealing.fields import place_of
from heartwork.sealing.seals import fingerprint, seal

ANSWER = ("section_id", "date", "mood", "adult_knows_me", "wants_to_talk", "comment_mark")

TARGETS = [
    Target(
        "checkin",
        "check-ins",
        CheckIn,
        ("comment",),
        key=("student_id", "week", *ANSWER),
        kept={"comment": 't."comment"'},  # sealed anew each time, so never compared
    )
]


def land_checkins(rows: Rows, work: Work) -> None:
    """Stage answers. They have no name of their own: an answer is the same if all of it is the same.

    What students wrote is sealed here, so the staging file holds no words of theirs either.
    """
    place, comments = place_of(CheckIn, "comment"), rows.get("comment", "")
    work.stage.add(
        "checkin",
        rows.at,
        student_id=rows["studentSourcedId"],
        week=mondays(rows["weekStart"]),
        section_id=rows.get("classSourcedId"),
        date=rows.get("date"),
        mood=rows.get("mood"),
        adult_knows_me=rows.get("adultKnowsMe"),
        wants_to_talk=rows.get("wantsToTalk", False),
        comment=[seal(words, place) for words in comments],
        comment_mark=[fingerprint(words, place) for words in comments],
    )


CHECKINS = Kind(
    "checkins",
    _("Check-ins: how students say they are"),
    ("checkins",),
    (
        Column("studentSourcedId", Reference("student"), required=True, label=_("Student")),
        Column("classSourcedId", Reference("section", missing=WARN), label=_("Class")),
        Column("weekStart", Date(future="reject"), required=True, label=_("Week (its Monday)")),
        Column("date", Date(future="reject"), label=_("Day")),
        Column("mood", Number(1, 5, whole=True), label=_("Mood, 1 to 5")),
        Column("adultKnowsMe", Flag(), label=_("An adult here knows how I am doing")),
        Column("wantsToTalk", Flag(blank=False), label=_("Wants to talk")),
        Column("comment", Text(4000), is_private=True, label=_("Comment")),
    ),
    land_checkins,
    order=150,
    checks=(starts_on_monday("weekStart"),),
    once=(
        Once(
            (
                "studentSourcedId",
                "classSourcedId",
                "weekStart",
                "date",
                "mood",
                "adultKnowsMe",
                "wantsToTalk",
                "comment",
            ),
            _("The same row is already in the file. The first one was kept."),
        ),
    ),
)

KINDS = [CHECKINS]
