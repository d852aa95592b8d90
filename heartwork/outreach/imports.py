"""Importing attempts to reach families."""

from django.utils.translation import gettext_noop as _

from heartwork.outreach.models import OutreachAttempt
from heartwork.roster.imports.columns import WARN, Choice, Column, Date, Identifier, Reference, Text
from heartwork.roster.imports.kinds import Kind, Once, Rows, Target
from heartwork.roster.imports.places import SECOND_ROW
from heartwork.roster.imports.work import Work

TARGETS = [
    Target(
        "outreach",
        "outreach attempts",
        OutreachAttempt,
        ("student_id", "guardian_id", "date", "method", "language", "purpose", "made_by_id", "outcome"),
    )
]


def land_outreach(rows: Rows, work: Work) -> None:
    """Stage attempts."""
    work.stage.add(
        "outreach",
        rows.at,
        source_id=rows["outreachId"],
        student_id=rows["studentSourcedId"],
        date=rows["date"],
        method=rows["method"],
        outcome=rows["outcome"],
        **rows.pick(
            guardian_id="guardianSourcedId", language="language", purpose="purpose", made_by_id="madeByUserSourcedId"
        ),
    )


OUTREACH = Kind(
    "outreach",
    _("Outreach to families"),
    ("outreach",),
    (
        Column("outreachId", Identifier(200), required=True, label=_("Identifier")),
        Column("studentSourcedId", Reference("student"), required=True, label=_("Student")),
        Column("guardianSourcedId", Reference("guardian"), label=_("Family member")),
        Column("date", Date(future="reject"), required=True, label=_("Day")),
        Column(
            "method",
            Choice(
                ("phone", "text", "email", "app message", "home visit", "letter", "in person", "video", "other"),
                also={"call": "phone", "sms": "text"},
            ),
            required=True,
            label=_("How"),
        ),
        Column("language", Text(40), label=_("Language")),
        Column("purpose", Text(100), label=_("What for")),
        Column("madeByUserSourcedId", Reference("staff", missing=WARN), label=_("Made by")),
        Column("outcome", Text(100), required=True, label=_("What came of it")),
    ),
    land_outreach,
    order=160,
    once=(Once(("outreachId",), SECOND_ROW),),
)

KINDS = [OUTREACH]
