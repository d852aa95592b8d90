"""What a family has told us and asked of us, and what of a student's record left the district."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from heartwork.roster.models import StaffMember, Student, dates_in_order


class OptOut(models.Model):
    """A family said that directory information about this student goes to nobody outside the district.

    From `begin` until `end`, the day on which the family took it back. One that holds keeps the student out of
    whatever leaves the district as directory information (34 CFR 99.37).
    """

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="opt_outs")
    said_by = models.CharField(max_length=200)
    begin = models.DateField()
    end = models.DateField(null=True)
    noted_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-begin", "-pk"]
        constraints = [
            dates_in_order("opt_out_dates_in_order"),
            models.UniqueConstraint(fields=["student"], condition=Q(end=None), name="opt_out_once"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} from {self.begin}"


class Consent(models.Model):
    """A parent, or a student of age, signed that these records may go to this party for this purpose (34 CFR 99.30).

    Records, purpose, recipient, signature and date are all there, or there is no consent.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="consents")
    records = models.CharField(max_length=500)
    purpose = models.CharField(max_length=500)
    recipient = models.CharField(max_length=300)
    signed_by = models.CharField(max_length=200)
    signed_on = models.DateField()
    how = models.CharField(max_length=300)  # on paper, kept where; or how the person was known on a screen
    until = models.DateField(null=True)
    noted_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-signed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~(Q(records="") | Q(purpose="") | Q(recipient="") | Q(signed_by="") | Q(how="")),
                name="consent_says_everything",
                violation_error_message=_("A consent names records, purpose, recipient and who signed."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.student_id}: {self.signed_on}"


class Disclosure(models.Model):
    """Someone outside the district asked for a part of this student's record, or received it (34 CFR 99.32).

    Kept with the record, shown to the family, and never changed: a mistaken line is struck out, with a reason, and
    stays to be read. What rests on a consent waits until the superintendent has signed it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="disclosures")
    recipient = models.CharField(max_length=300)
    interest = models.CharField(max_length=500)
    records = models.CharField(max_length=500)
    basis = models.CharField(max_length=40)  # a key of queries.BASES
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="disclosures")
    asked_on = models.DateField()
    made_on = models.DateField(null=True)  # empty: asked for, and nothing was given
    noted_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(auto_now_add=True)
    by_export = models.BooleanField(default=False)
    signed_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+")
    struck_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-asked_on", "-pk"]
        indexes = [models.Index(fields=["basis", "signed_at"], name="disclosure_to_sign")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(basis="consent") | Q(consent__isnull=False), name="disclosure_has_its_consent"
            ),
            models.CheckConstraint(
                condition=~Q(basis="consent") | Q(made_on=None) | Q(signed_at__isnull=False),
                name="disclosure_by_consent_is_signed",
            ),
            models.CheckConstraint(
                condition=~(Q(recipient="") | Q(interest="") | Q(records="")), name="disclosure_says_everything"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id}: {self.asked_on}"


class FamilyRequest(models.Model):
    """A family asked to read the record, or to have it corrected; it is answered in writing by the day it is due.

    What is handed out was prepared by one person and looked through by another, who is named.
    """

    class Kind(models.TextChoices):
        """What the family asks for."""

        INSPECTION = "inspection", _("to read the record, or a copy")
        CORRECTION = "correction", _("to correct the record")

    class Answer(models.TextChoices):
        """What came of it."""

        YES = "yes", _("yes")
        PARTLY = "partly", _("in part")
        NO = "no", _("no")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="family_requests")
    kind = models.CharField(max_length=20, choices=Kind)
    asked_by = models.CharField(max_length=200)
    asked_on = models.DateField()
    what = models.CharField(max_length=1000)
    due_on = models.DateField()
    noted_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    prepared_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=20, choices=Answer, blank=True)
    answer_text = models.CharField(max_length=2000, blank=True)
    reviewed_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    answered_on = models.DateField(null=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["answered_on", "due_on"], name="request_by_due_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("prepared_by")),
                name="request_reviewed_by_another",
                violation_error_message=_("Somebody else looks it through."),
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None) | (Q(reviewed_at__isnull=False) & ~Q(answer="")),
                name="request_answered_after_review",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id}: {self.kind} {self.asked_on}"


class Period(models.Model):
    """How long the district keeps one kind of data, where it chose otherwise than Heartwork proposes."""

    kind = models.CharField(max_length=40, unique=True)  # a key of retention.SWEEPS
    months = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.kind}: {self.months}"
