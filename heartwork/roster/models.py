"""Who is here: the district, its schools and sections, students and their families, staff and their assignments."""

import datetime
import re
import unicodedata
import uuid
from functools import lru_cache

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heartwork.sealing.fields import SealedTextField
from heartwork.web.words import our_words

NAMES = ("given_name", "middle_name", "family_name", "preferred_given_name", "preferred_family_name")
GRADES = ["IT", "PR", "PK", "TK", "KG", *(f"{grade:02d}" for grade in range(1, 14)), "PS", "UG"]


def dates_in_order(name: str) -> models.CheckConstraint:
    """A constraint: what has both dates ends on or after the day it begins."""
    return models.CheckConstraint(
        condition=Q(begin__isnull=True) | Q(end__isnull=True) | Q(end__gte=F("begin")),
        name=name,
        violation_error_message=_("The last day is before the first day."),
    )


def names_of(*people: str) -> list[str]:
    """The columns by which people joined to a row are called, for `only`: "owner" -> "owner__given_name" and so on.

    The rest of a person (a hash of a password, an address) is nobody's business on a page that only names them.
    """
    columns = ("public_id", "given_name", "family_name", "preferred_given_name", "preferred_family_name")
    return [f"{person}__{column}" for person in people for column in columns]


def on_day(day: datetime.date, prefix: str = "") -> Q:
    """Rows with `begin` and `end` that hold on `day`: begun by then, and the last day not yet over."""
    return (Q(**{f"{prefix}begin__isnull": True}) | Q(**{f"{prefix}begin__lte": day})) & (
        Q(**{f"{prefix}end__isnull": True}) | Q(**{f"{prefix}end__gte": day})
    )


def holding(day: datetime.date, now: datetime.datetime | None = None) -> Q:
    """Assignments that hold on `day`: within their days, and not over since a moment that has passed by `now`.

    What somebody has in another's place holds only while the other has it: an import may end that sooner than foreseen.
    """
    holds = on_day(day) & (Q(ends_at=None) | Q(ends_at__gt=now or timezone.now()))
    return holds & (Q(copy_of=None) | Q(Exists(Assignment.objects.filter(holds, pk=OuterRef("copy_of")))))


def works_here(day: datetime.date, prefix: str = "") -> Q:
    """Staff who work here on `day`: may sign in, and have not left by then."""
    stays = Q(**{f"{prefix}ended_on": None}) | Q(**{f"{prefix}ended_on__gt": day})
    return Q(**{f"{prefix}is_active": True}) & stays


NOT_A_WORD = re.compile(r"[^\w]+")


def search_key(*names: str | None) -> str:
    """The names as they are searched: folded to small letters without accents, a space before each word.

    >>> search_key("Tomás", "", "Núñez-Ruiz")
    ' tomas nunez ruiz'
    """
    words = dict.fromkeys(word for name in names if name for word in _words_of(name))
    return " " + " ".join(words) if words else ""


@lru_cache(maxsize=100_000)  # names repeat: an import of a million people has a few thousand
def _words_of(name: str) -> tuple[str, ...]:
    text = name.casefold()
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    if not text.replace(" ", "").isalnum():
        text = NOT_A_WORD.sub(" ", text)
    return tuple(text.split())


class SearchKeyField(models.CharField):
    """The key by which a person is found, worked out from their names whenever they are saved.

    What writes rows by SQL of its own fills it with `search_key`.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The key of the person's names, also kept on the person in hand."""
        key = search_key(*(getattr(model_instance, name) for name in NAMES))[: self.max_length]
        setattr(model_instance, self.attname, key)
        return key


class District(models.Model):
    """The one district of this installation, and the rules it has set for itself. Changes go to the journal."""

    name = models.CharField(max_length=200)
    minimum_group = models.PositiveSmallIntegerField(
        _("smallest group whose numbers are shown"), default=10, validators=[MinValueValidator(5)]
    )
    border_below = models.PositiveSmallIntegerField(
        _("points below the Tier 2 line that count as the border"), default=1
    )
    border_above = models.PositiveSmallIntegerField(
        _("points above the Tier 2 line that count as the border"), default=0
    )
    missed_above = models.PositiveSmallIntegerField(
        _("points above the Tier 2 line that should have brought a support"), default=3
    )
    transition_grades = models.CharField(
        _("grades after which a student changes school"), max_length=40, default="05 08", blank=True
    )
    middle_grades = models.CharField(
        _("grades in which students drift away unnoticed"), max_length=60, default="06 07 08", blank=True
    )
    asks_before_ending_percent = models.PositiveSmallIntegerField(
        _("share of enrollments an import may end before it asks, in percent"),
        default=20,
        validators=[MaxValueValidator(100)],
    )
    people_budget_percent = models.PositiveSmallIntegerField(
        _("share of the budget that is people, in percent"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )

    def __str__(self) -> str:
        return self.name


class Organization(models.Model):
    """A school, or another part of the district that people belong to (the central office, a department)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source_id = models.CharField(max_length=255, unique=True, null=True)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=40, default="school")  # school, district, department, local, state ...
    identifier = models.CharField(max_length=255, blank=True)
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AcademicSession(models.Model):
    """A school year, term or semester."""

    source_id = models.CharField(max_length=255, unique=True, null=True)
    title = models.CharField(max_length=255)
    kind = models.CharField(max_length=40)
    begin = models.DateField()
    end = models.DateField()
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True)
    school_year = models.CharField(max_length=9, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [dates_in_order("session_dates_in_order")]

    def __str__(self) -> str:
        return self.title


class Course(models.Model):
    """What is taught, whatever the class that teaches it."""

    source_id = models.CharField(max_length=255, unique=True, null=True)
    title = models.CharField(max_length=255)
    code = models.CharField(max_length=255, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class Section(models.Model):
    """A class or an advisory: some students and an adult or two, in one school, between two dates."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source_id = models.CharField(max_length=255, unique=True, null=True)
    title = models.CharField(max_length=255)
    kind = models.CharField(max_length=40, blank=True)  # homeroom, scheduled
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="sections")
    course = models.ForeignKey(Course, on_delete=models.SET_NULL, null=True, blank=True)
    grades = models.CharField(max_length=100, blank=True)  # codes, separated by spaces
    begin = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class Named(models.Model):
    """A person's name and how they are called."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source_id = models.CharField(max_length=255, unique=True, null=True)
    given_name = models.CharField(max_length=255)
    middle_name = models.CharField(max_length=255, blank=True)
    family_name = models.CharField(max_length=255)
    preferred_given_name = models.CharField(max_length=255, blank=True)
    preferred_family_name = models.CharField(max_length=255, blank=True)
    pronouns = models.CharField(max_length=100, blank=True)
    ended_on = models.DateField(null=True, blank=True)  # the last roster that named them came before this day

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """What the person is called."""
        return self.preferred_given_name or self.given_name

    @property
    def name(self) -> str:
        """First and family name as the person prefers them."""
        return f"{self.first_name} {self.preferred_family_name or self.family_name}"


class Student(Named):
    """A student: never deleted; one who leaves has enrollments that ended."""

    grade = models.CharField(max_length=4, blank=True)  # one of GRADES, or "" where the source did not say
    identifier = models.CharField(max_length=255, blank=True)  # the number on the student's card
    email = models.CharField(max_length=255, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=40, blank=True)
    home_language = models.CharField(max_length=40, blank=True)
    search_key = SearchKeyField(max_length=600, blank=True, editable=False)

    class Meta:
        ordering = ["family_name", "given_name", "pk"]
        indexes = [
            models.Index(fields=["family_name", "given_name"], name="student_by_name"),
            # Read from end to end when the whole district is searched: far smaller than the table.
            models.Index(fields=["search_key"], name="student_search"),
        ]


class Guardian(Named):
    """An adult of a student's family. Has no account."""

    relation = models.CharField(max_length=40, blank=True)  # parent, guardian, relative
    email = models.CharField(max_length=255, blank=True)
    phone = models.CharField(max_length=100, blank=True)
    students = models.ManyToManyField(Student, through="Guardianship", related_name="guardians")

    class Meta:
        ordering = ["family_name", "given_name", "pk"]


class Guardianship(models.Model):
    """This adult belongs to this student's family."""

    guardian = models.ForeignKey(Guardian, on_delete=models.CASCADE)
    student = models.ForeignKey(Student, on_delete=models.CASCADE, db_index=False)  # the constraint's index serves
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "guardian"], name="guardianship_once")]

    def __str__(self) -> str:
        return f"{self.guardian_id} – {self.student_id}"


class StaffManager(BaseUserManager["StaffMember"]):
    """Finds a staff member who signs in by the name they typed, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "StaffMember":
        """The staff member with this sign-in name. Raises DoesNotExist."""
        return self.get(username__iexact=username)


class StaffMember(Named, AbstractBaseUser):
    """Someone who works in the district. What they may see follows from their assignments, never from a flag here."""

    username = models.CharField(max_length=255, unique=True, null=True, blank=True)
    email = models.CharField(max_length=255, blank=True)
    is_active = models.BooleanField(default=True)  # type: ignore[assignment,misc]  # a field over a constant
    language = models.CharField(max_length=10, blank=True)
    search_key = SearchKeyField(max_length=600, blank=True, editable=False)
    # A password that is enough only beside a second step, which then cannot be taken off.
    has_short_password = models.BooleanField(default=False)
    sessions_round = models.PositiveIntegerField(default=0)  # one more, and every session of before is over

    # Not kept anywhere: who looks through this person's eyes in this request (viewing.py). They see what both may see.
    seen_by: "StaffMember | None" = None

    objects = StaffManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []

    class Meta:
        ordering = ["family_name", "given_name", "pk"]

    def set_password(self, raw_password: str | None) -> None:
        """Keep a hash of the password, and whether it is short. Saves nothing."""
        super().set_password(raw_password)
        self.has_short_password = raw_password is not None and len(raw_password) < 15

    def has_usable_password(self) -> bool:
        """Whether the person has chosen a password; whom the roster brought has none."""
        return bool(self.password) and super().has_usable_password()

    def get_session_auth_hash(self) -> str:
        """What a session must have been begun with: this password, in this round."""
        return f"{super().get_session_auth_hash()}.{self.sessions_round}"

    @property
    def initials(self) -> str:
        """Two letters for the round button at the top of every page."""
        return f"{self.first_name[:1]}{self.family_name[:1]}".upper()


class Enrollment(models.Model):
    """A student's place in a school (no section) or in one of its sections, between two dates."""

    source_id = models.CharField(max_length=255, unique=True, null=True)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="enrollments")
    school = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="enrollments", db_index=False)
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, null=True, related_name="enrollments", db_index=False
    )
    begin = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [dates_in_order("enrollment_dates_in_order")]
        indexes = [
            # Who is at a school on a day, answered from the index alone; the places in sections are left out.
            models.Index(
                fields=["school", "student", "begin", "end"], condition=Q(section=None), name="enrollment_at_school"
            ),
            # Who is in a section. Places at a school are left out, or SQLite would look for one student's among all.
            models.Index(fields=["section"], condition=Q(section__isnull=False), name="enrollment_in_section"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} in {self.section_id or self.school_id}"


class Assignment(models.Model):
    """Why a staff member may see anyone: a role somewhere, between two dates.

    Reach narrows with what is named: a student; a section; some grades of an organization; an organization; nothing
    but the role, for the whole district. How far each role may reach at most is in `access.toml`. Whoever stands in for
    someone has assignments like theirs, which say for whom.
    """

    source_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=60)  # a role of access.toml, or the source's own word, which reaches nobody
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True)
    section = models.ForeignKey(
        Section, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments", db_index=False
    )
    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments", db_index=False
    )
    grades = models.CharField(max_length=100, blank=True)  # codes, separated by spaces: a caseload by grade
    begin = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)  # over from this moment on, whatever the days say
    stands_in_for = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="substitutes", db_index=False
    )
    copy_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies", db_index=False
    )  # what whoever stands in has in another's place: it holds no longer than this
    given_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [dates_in_order("assignment_dates_in_order")]
        # Most assignments name no section or no student: an index with all those blanks would draw the planner in.
        indexes = [
            models.Index(fields=["section"], condition=Q(section__isnull=False), name="assignment_of_section"),
            models.Index(fields=["student"], condition=Q(student__isnull=False), name="assignment_of_student"),
            models.Index(fields=["role"], condition=Q(section=None, student=None), name="assignment_by_role"),
            models.Index(fields=["organization", "role"], name="assignment_at_place"),
            models.Index(
                fields=["stands_in_for"], condition=Q(stands_in_for__isnull=False), name="assignment_standing_in"
            ),
            models.Index(fields=["copy_of"], condition=Q(copy_of__isnull=False), name="assignment_copy"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.role}"


class Choice(models.Model):
    """What the district has chosen of who may see and do what, from a moment on: the newest holds, the others stay."""

    chosen = models.JSONField(default=dict)  # right -> the roles that have it, of those of which the district may say
    why = models.CharField(max_length=300)
    set_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.set_at:%Y-%m-%d}"


class Opening(models.Model):
    """One student's page, opened in an emergency by somebody who did not see it: the assignment for it, and why."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="opening")
    opened_at = models.DateTimeField(default=timezone.now)
    reason = SealedTextField(max_length=500)

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.opened_at}"

    @property
    def is_open(self) -> bool:
        """Whether it holds at this moment."""
        return bool(self.assignment.ends_at and self.assignment.ends_at > timezone.now())


class Told(models.Model):
    """That this person is told of an opening, and when they said that they have seen it."""

    opening = models.ForeignKey(Opening, on_delete=models.CASCADE, related_name="told")
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="told")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opening", "staff"], name="told_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} of {self.opening_id}"


class Attribute(models.Model):
    """A way in which subgroups form: one category of race/ethnicity, learning English, no stable housing ..."""

    kind = models.CharField(max_length=60)  # race_ethnicity, language, disability, income, housing, foster ...
    code = models.CharField(max_length=100, unique=True)
    label = models.CharField(max_length=255)
    order = models.PositiveSmallIntegerField(default=0)
    is_sensitive = models.BooleanField(default=False)

    class Meta:
        ordering = ["order", "label"]

    def __str__(self) -> str:
        return our_words(self.label)


class StudentAttribute(models.Model):
    """A student counted under an attribute, between two dates."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="attributes", db_index=False)
    attribute = models.ForeignKey(Attribute, on_delete=models.PROTECT)
    begin = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "attribute"], name="attribute_once")]

    def __str__(self) -> str:
        return f"{self.student_id}: {self.attribute_id}"


class Strength(models.Model):
    """What a student brings, in a sentence: noted by an adult, or said by the student, who agreed to share it."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="strengths")
    text = SealedTextField(max_length=500)
    text_mark = models.CharField(max_length=64, blank=True, default="", editable=False)  # equal words, equal marks
    in_own_words = models.BooleanField(default=False)
    noted_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT)
    noted_on = models.DateField()

    class Meta:
        ordering = ["-noted_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.student_id}: {self.noted_on}"


class PossibleTwin(models.Model):
    """Two identifiers that may be one child: offered to a person, never merged by guess."""

    first = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=200)
    decided_on = models.DateField(null=True, blank=True)
    is_same = models.BooleanField(null=True)
    decided_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="twins_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="twins_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}?"


class ImportRun(models.Model):
    """One import, from the upload to the day it was applied or set aside."""

    class State(models.TextChoices):
        """How far an import has come."""

        WAITING = "waiting", _("Waiting to be read")
        READING = "reading", _("Being read")
        READY = "ready", _("Ready to look at")
        APPLYING = "applying", _("Being applied")
        APPLIED = "applied", _("Applied")
        SET_ASIDE = "set_aside", _("Set aside")
        FAILED = "failed", _("Stopped")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    started_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, default=State.WAITING)
    name = models.CharField(max_length=255)  # of the file or folder, as it was called
    heard_at = models.DateTimeField(null=True)  # when the work last said it lives
    progress = models.JSONField(default=dict)  # file, rows, of
    summary = models.JSONField(default=dict)  # by file: kept, warned, rejected; by noun: added, changed, ended
    follows = models.ForeignKey("self", on_delete=models.SET_NULL, null=True)  # the last applied when it was read
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class ColumnMapping(models.Model):
    """What the columns of a file with these headings mean, as someone once told us: remembered for the next time."""

    fingerprint = models.CharField(max_length=64, unique=True)  # of the sorted headings
    kind = models.CharField(max_length=60)  # the kind of rows
    columns = models.JSONField(default=dict)  # our column -> heading in the file
    values = models.JSONField(default=dict)  # our column -> {their value: our value}
    remembered_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True)
    remembered_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.kind
