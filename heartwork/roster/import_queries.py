"""Questions about imports: which there were, how far one has come, what it would change, what could not be taken.

Whoever may see imports sees counts. What stands in single rows of a file (a value, a student's name) is shown only to
the person who brought that file and to whoever reaches every student of the district.
"""

import datetime
import uuid
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db.models import F, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from heartwork.roster import access, imports
from heartwork.roster.imports.kinds import Kind, fingerprint
from heartwork.roster.imports.tables import Layout, Unreadable, blocks, layout_of
from heartwork.roster.models import ColumnMapping, ImportRun, PossibleTwin, StaffMember
from heartwork.web.templatetags.web import plainly

State = ImportRun.State
WORKING = [State.WAITING, State.READING, State.APPLYING]
QUIET = datetime.timedelta(seconds=30)  # work that says nothing for so long has stopped
EXAMPLES = 3
SHORT = 6  # so many problems are shown unfolded
ROWS_LOOKED_AT = 2000
MOST_HEADINGS = 300

NOUNS: dict[str, str | Promise] = {  # what each target is called; some need more words than the engine's own
    "students": _("Students"),
    "staff": _("Staff"),
    "courses": _("Courses"),
    "classes": _("Classes"),
    "enrollments": _("Enrollments"),
    "strengths": _("Strengths"),
    "school days": _("School days"),
    "absences": _("Absences"),
    "referrals": _("Referrals"),
    "screenings": _("Screenings"),
    "supports": _("Supports"),
    "universal rules": _("Rules of supports for everyone"),
    "partnerships": _("Partnerships"),
    "participations": _("Who is in which support"),
    "check-ins": _("Check-ins"),
    "outreach attempts": _("Attempts to reach families"),
    "measures": _("Measures"),
    "values of measures": _("Values of measures"),
    "organizations": _("Schools and offices"),
    "sessions": _("School years and terms"),
    "guardians": _("Family members"),
    "family links": _("Who belongs to which family"),
    "assignments": _("Roles of staff"),
    "demographics": _("What is known of students"),
    "attributes": _("Groups students are counted in"),
}
SEVERITIES: dict[str, str | Promise] = {
    "reject": _("Left out"),
    "warn": _("Kept, worth a look"),
    "clean": _("Tidied on the way in"),
}


@dataclass(frozen=True)
class Noun:
    """What the import does to one kind of thing."""

    noun: str
    label: str | Promise
    added: int
    changed: int
    ended: int
    untouched: int

    @property
    def moved(self) -> int:
        """How many are not as they were."""
        return self.added + self.changed + self.ended


def _noun(said: dict[str, Any]) -> Noun:
    counts = {name: said.get(name, 0) for name in ("added", "changed", "ended", "untouched")}
    return Noun(said["noun"], NOUNS.get(said["noun"], capfirst(gettext(said["noun"]))), **counts)


# -- which imports


def runs(viewer: StaffMember) -> QuerySet[ImportRun]:
    """Every import of the district, newest first, with who brought it."""
    access.require(viewer, "import.read")
    return ImportRun.objects.select_related("started_by")


def past_runs(viewer: StaffMember) -> QuerySet[ImportRun]:
    """The imports for a list: what each is about (`said_nouns`), without the rest of what was found in its files."""
    return runs(viewer).defer("summary").annotate(said_nouns=F("summary__nouns"))


def lead_of(nouns: list[Noun]) -> Noun | None:
    """What the first sentence is about: the students, or what the files are mostly about."""
    students = [noun for noun in nouns if noun.noun == "students"]
    return next(iter(students or sorted(nouns, key=lambda noun: -noun.moved)), None)


def lead_of_run(run: ImportRun) -> Noun | None:
    """The same for an import of `past_runs`."""
    return lead_of([_noun(each) for each in run.said_nouns or []])  # type: ignore[attr-defined]


def run(viewer: StaffMember, public_id: uuid.UUID) -> ImportRun:
    """One import, as far as it has come this second. Raises Http404."""
    found = runs(viewer).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return imports.watch(found)


def sees_rows(viewer: StaffMember, run: ImportRun) -> bool:
    """Whether the viewer may read what stands in single rows of the files of this import."""
    return run.started_by_id == viewer.pk or access.reaches_all(viewer)


def problems_file(viewer: StaffMember, run: ImportRun) -> Path | None:
    """The file that lists every row left out or worth a look; None where there is none, or not for this viewer."""
    path = imports.folder_of(run) / "problems.csv"
    return path if sees_rows(viewer, run) and path.is_file() else None


# -- how far it has come


def is_stale(run: ImportRun) -> bool:
    """Whether another import was applied since this one was read, so that what it says may no longer be so."""
    last = ImportRun.objects.filter(state=State.APPLIED).order_by("-finished_at", "-pk").values_list("pk", flat=True)
    return run.state == State.READY and last.first() != run.follows_id


def is_silent(run: ImportRun) -> bool:
    """Whether the work on this import has said nothing for so long that it must have stopped.

    One that waits its turn while another is at work is not silent.
    """
    if run.state not in WORKING or _silence(run) <= QUIET:
        return False
    others = ImportRun.objects.filter(state__in=[State.READING, State.APPLYING]).exclude(pk=run.pk)
    return run.state != State.WAITING or all(_silence(imports.watch(other)) > QUIET for other in others)


def _silence(run: ImportRun) -> datetime.timedelta:
    return timezone.now() - (run.heard_at or run.started_at)


@dataclass(frozen=True)
class Progress:
    """How far the work has come. `percent` is None while nobody knows how much there is."""

    step: str
    file: str
    rows: int
    percent: int | None
    silent_for: int | None  # seconds without a word, once that is too long

    @property
    def milestone(self) -> str:
        """What is worth saying aloud: a new step or a new file, not every row."""
        return f"{self.step} {self.file}{' silent' if self.silent_for else ''}"


def progress(run: ImportRun) -> Progress | None:
    """How far the work on this import has come; None while nothing is at work."""
    if run.state not in WORKING:
        return None
    said: dict[str, Any] = run.progress
    of = said.get("of_bytes") or 0
    percent = min(100, round(100 * said.get("bytes", 0) / of)) if of else None
    return Progress(
        step="waiting" if run.state == State.WAITING else said.get("step", run.state),
        file=plainly(said.get("file", "")),
        rows=said.get("rows", 0),
        percent=percent,
        silent_for=int(_silence(run).total_seconds()) if is_silent(run) else None,
    )


# -- what it would change


@dataclass(frozen=True)
class Example:
    """Where a problem was found, and what stands there, made safe to look at."""

    line: int | None  # None: the whole file
    value: str


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in some rows of one column."""

    column: str
    severity: str
    words: str | Promise
    message: str
    count: int
    is_of_rows: bool  # False: of the whole file
    examples: list[Example]


@dataclass(frozen=True)
class FileProblems:
    """What is wrong in one file, the heaviest first."""

    name: str
    problems: list[Problem]
    rejected: int = 0
    warned: int = 0


@dataclass(frozen=True)
class Preview:
    """What an import would do, or did."""

    form: str
    nouns: list[Noun]
    files: list[dict[str, Any]]
    problems: list[FileProblems]  # rows left out and rows worth a look
    tidied: list[FileProblems]  # what was mended without a doubt
    asks: list[str]
    unknown: list[dict[str, Any]]
    rejected: int
    warned: int

    @property
    def lead(self) -> Noun | None:
        """What the first sentence is about."""
        return lead_of(self.nouns)

    @property
    def is_short(self) -> bool:
        """Whether all problems can be shown at once without losing the reader."""
        return sum(len(file.problems) for file in self.problems) <= SHORT

    @property
    def changes_nothing(self) -> bool:
        """Whether everything in the files is already so."""
        return not any(noun.moved for noun in self.nouns)

    def whole_file_problems(self, but: set[str]) -> list[dict[str, Any]]:
        """Files that could not be read at all, `but` those of which the page speaks elsewhere."""
        return [file for file in self.files if file["problem"] and file["name"] not in but]


def preview(viewer: StaffMember, run: ImportRun) -> Preview | None:
    """What the import would change and what it could not take; None before it is read.

    Single values are in it only for those who may read rows of these files.
    """
    if run.state not in (State.READY, State.APPLIED, State.SET_ASIDE, State.APPLYING) or not run.summary:
        return None
    said: dict[str, Any] = run.summary
    files = [_file(each) for each in said.get("files", [])]
    groups = sorted(
        said.get("groups", []), key=lambda group: (list(SEVERITIES).index(group["severity"]), -group["count"])
    )
    found: dict[tuple[bool, str], list[Problem]] = defaultdict(list)
    for group in groups:
        is_clean = group["severity"] == "clean"
        found[is_clean, plainly(group["file"])].append(_problem(group, with_values=sees_rows(viewer, run)))
    counts = {file["name"]: (file["rejected"], file["warned"]) for file in files}
    return Preview(
        form=gettext(said["form"]) if said.get("form") else "",
        nouns=[noun for noun in map(_noun, said.get("nouns", [])) if noun.moved or noun.untouched],
        files=files,
        problems=[
            FileProblems(name, problems, *counts.get(name, ()))
            for (is_clean, name), problems in found.items()
            if not is_clean
        ],
        tidied=[FileProblems(name, problems) for (is_clean, name), problems in found.items() if is_clean],
        asks=said.get("asks", []),
        unknown=[each | {"name": plainly(each["name"])} for each in said.get("unknown", [])],
        rejected=sum(file["rejected"] for file in files),
        warned=sum(file["warned"] for file in files),
    )


def _file(said: dict[str, Any]) -> dict[str, Any]:
    counts = {name: said.get(name) or 0 for name in ("rows", "kept", "warned", "rejected")}
    label = gettext(said["label"]) if said.get("label") else ""
    return counts | {
        "name": plainly(said["name"]),
        "label": label,
        "problem": gettext(said["problem"]) if said.get("problem") else "",
    }


def _problem(said: dict[str, Any], *, with_values: bool) -> Problem:
    shown = said.get("examples", [])[:EXAMPLES]
    is_of_rows = any(each["line"] for each in shown) or not shown
    return Problem(
        column=plainly(said.get("column") or ""),
        severity=said["severity"],
        words=SEVERITIES[said["severity"]],
        message=plainly(gettext(said["message"]), longest=400),
        count=said["count"],
        is_of_rows=is_of_rows,
        examples=[
            Example(each["line"], plainly(each.get("value") or "")) for each in shown if with_values or not is_of_rows
        ],
    )


def twins_waiting(viewer: StaffMember) -> int:
    """How many pairs of students may be one child and wait for a decision; 0 for whoever may not decide."""
    if not access.may(viewer, "twin.edit"):
        return 0
    return PossibleTwin.objects.filter(decided_on=None).count()


# -- files nobody has explained yet


@dataclass(frozen=True)
class UnknownFile:
    """A file whose headings no kind of rows has: what stands in it, so that a person can say what it means."""

    path: Path
    fingerprint: str
    kind: str = ""  # the code of the kind that its name suggests, or that somebody said before
    problem: str = ""
    columns_said: dict[str, str] = field(default_factory=dict)  # our column -> heading, as somebody said before

    @property
    def name(self) -> str:
        """What the file is called, safe to look at."""
        return plainly(self.path.name)

    @cached_property
    def layout(self) -> Layout:
        """How the file is written down."""
        return layout_of(self.path)

    @property
    def headings(self) -> list[str]:
        """The headings, in their order, without the empty ones; of a file with very many, the first."""
        return list(dict.fromkeys(filter(None, self.layout.headings)))[:MOST_HEADINGS]

    @cached_property
    def rows(self) -> list[list[str]]:
        """The first rows: enough to meet the words that a column uses."""
        return next(blocks(self.path, self.layout, size=ROWS_LOOKED_AT)).rows

    def words(self, heading: str, most: int) -> list[str]:
        """Up to `most` different values of a column, those met most often first."""
        place = self.layout.headings.index(heading)
        counts = Counter(row[place].strip() for row in self.rows if len(row) > place)
        return [word for word, _ in counts.most_common(most + 1) if word][:most]

    def columns(self) -> list[tuple[str, list[str]]]:
        """Each heading with three of its values."""
        return [(heading, self.words(heading, 3)) for heading in self.headings]


def unknown_files(viewer: StaffMember, run: ImportRun) -> list[UnknownFile]:
    """The files of an import that nobody has explained since it was read. None for whoever may not read its rows."""
    said = run.summary.get("unknown", [])
    if not said or not _may_explain(viewer, run):
        return []
    since = ColumnMapping.objects.filter(remembered_at__gte=run.heard_at or run.started_at)
    explained = set(since.values_list("fingerprint", flat=True))
    about = {file["name"]: file for file in run.summary.get("files", [])}
    folder = imports.folder_of(run) / "files"
    return [
        UnknownFile(
            folder / each["name"],
            each["fingerprint"],
            kind=about.get(each["name"], {}).get("kind", ""),
            problem=about.get(each["name"], {}).get("problem") or "",
        )
        for each in said
        if each["fingerprint"] not in explained and (folder / each["name"]).is_file()
    ]


def explained_files(viewer: StaffMember, run: ImportRun) -> list[UnknownFile]:
    """The files of an import that are read as someone once explained them, and may be explained anew."""
    if not _may_explain(viewer, run):
        return []
    remembered = {mapping.fingerprint: mapping for mapping in ColumnMapping.objects.all()}
    found = []
    for path in sorted((imports.folder_of(run) / "files").glob("*")) if remembered else []:
        with suppress(Unreadable):
            mapping = remembered.get(fingerprint(layout_of(path).headings))
            if mapping:
                found.append(UnknownFile(path, mapping.fingerprint, mapping.kind, columns_said=mapping.columns))
    return found


def _may_explain(viewer: StaffMember, run: ImportRun) -> bool:
    return run.state == State.READY and sees_rows(viewer, run)


def kinds_offered() -> list[Kind]:
    """The kinds of rows that an unknown file may hold, in the order in which they are read."""
    return [kind for kind in imports.kinds() if kind.is_offered]


def kind(code: str) -> Kind:
    """The kind of rows with this code, one of those offered."""
    return next(each for each in kinds_offered() if each.code == code)
