"""Read every file of an import into the staging tables, and say what applying it would do."""

from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from heartwork.roster.imports.checking import check_kind
from heartwork.roster.imports.columns import CLEAN, WARN, Note
from heartwork.roster.imports.diff import Counts, Plan, diffs
from heartwork.roster.imports.kinds import declared, fingerprint, kind_of, kinds
from heartwork.roster.imports.manifest import Manifest, read_manifest
from heartwork.roster.imports.problems import FileReport, Problems
from heartwork.roster.imports.progress import Heart
from heartwork.roster.imports.stage import Stage
from heartwork.roster.imports.tables import Layout, Unreadable, blocks, layout_of
from heartwork.roster.imports.work import Source, Work
from heartwork.roster.models import ColumnMapping, District, Enrollment, StaffMember, Student, on_day

NOT_THERE = Note(WARN, _("The manifest announces this file, but it is not there."))
NOT_NEEDED = Note(CLEAN, _("Heartwork does not need this file; it was not read."))
ENDS_ENROLLMENTS = _("This would end %(ended)s of %(active)s enrollments.")
ENDS_STUDENTS = _("%(ended)s of %(active)s students are not in these files and would leave.")
ENDS_STAFF = _("%(ended)s of %(active)s people who work here are not in these files and could no longer sign in.")
ONLY_A_PART = _("If the files are only a part of the roster, set this import aside.")
# Files of OneRoster and School Data Sync that say nothing of who is here.
PASSED_OVER = {
    "categories", "classresources", "courseresources", "lineitemlearningobjectiveids", "lineitems",
    "lineitemscorescales", "resources", "resultlearningobjectiveids", "results", "resultscorescales", "scorescales",
    "userprofiles", "userresources",
}  # fmt: skip


class Reading:
    """One reading of the files in a folder."""

    def __init__(self, files: list[Path], problems: Problems, stage: Stage, heart: Heart) -> None:
        self.files = files
        self.heart = heart
        self.manifest: Manifest | None = None
        self.reports: list[FileReport] = []
        self.unknown: list[dict[str, Any]] = []
        self.work = Work(day=timezone.localdate(), stage=stage, problems=problems, heard=self._heard)
        self.done = 0

    # -- what the files are

    def recognize(self) -> None:
        """Find out what each file is."""
        rest = []
        for path in self.files:
            if path.stem.casefold() == "manifest":
                self.manifest = read_manifest(path)
                if self.manifest:
                    self.reports.append(FileReport(path.name, 0, "manifest", _("Manifest"), rows=self.manifest.rows))
                    continue
            rest.append(path)
        for path in rest:
            self._recognize(path)
        if self.manifest:
            stems = {path.stem.casefold() for path in self.files}
            for name in self.manifest.missing(stems):
                self.work.problems.file_note("manifest.csv", "", NOT_THERE, f"{name}.csv")

    def _recognize(self, path: Path) -> None:
        report = FileReport(path.name, len(self.reports) + 1)
        self.reports.append(report)
        try:
            layout = layout_of(path)
        except Unreadable as error:
            report.problem = str(error)
            return
        if source := self._remembered(path, layout, report):
            self.work.sources.append(source)
            return
        if path.stem.casefold() in PASSED_OVER:
            self.work.problems.file_note(path.name, "", NOT_NEEDED)
            report.kind, report.label = "passed over", _("Not needed")
            report.rows = report.passed_over = sum(len(block.rows) for block in blocks(path, layout))
            return
        fit = kind_of(path.stem, layout.headings)
        if fit is None:
            report.problem = _("We do not know this kind of file yet. Say what its columns mean.")
            self.unknown.append(
                {"name": path.name, "headings": list(layout.headings), "fingerprint": fingerprint(layout.headings)}
            )
            return
        report.kind, report.label = fit.kind.code, fit.kind.label
        if fit.missing:
            report.problem = gettext(
                "The column %(name)s is missing, so no row of this file can be used. Export it again with this column."
            ) % {"name": ", ".join(fit.missing)}
            self.unknown.append(
                {"name": path.name, "headings": list(layout.headings), "fingerprint": fingerprint(layout.headings)}
            )
            return
        is_whole = not (self.manifest and self.manifest.is_delta(path.stem))
        self.work.sources.append(Source(path, layout, fit.kind, fit.places, report, is_whole=is_whole))

    def _remembered(self, path: Path, layout: Layout, report: FileReport) -> Source | None:
        """The file as someone once told us to read files with these headings."""
        mapping = ColumnMapping.objects.filter(fingerprint=fingerprint(layout.headings)).first()
        kind = declared()[0].get(mapping.kind) if mapping else None
        if mapping is None or kind is None:
            return None
        at = {heading: place for place, heading in enumerate(layout.headings)}
        places = {name: at[heading] for name, heading in mapping.columns.items() if heading in at}
        if any(column.name not in places for column in kind.required):
            return None
        report.kind, report.label = kind.code, kind.label
        return Source(path, layout, kind, places, report, words=mapping.values, is_whole=False)

    @property
    def form(self) -> str:
        """What was brought, in a few words: "OneRoster 1.2 (delta)"."""
        families = [source.kind.family for source in self.work.sources]
        delta = any(not source.is_whole for source in self.work.sources)
        how = "delta" if delta else "bulk"
        if self.manifest and self.manifest.version:
            return f"OneRoster {self.manifest.version} ({how})"
        if any(source.kind.code.startswith("sds.") for source in self.work.sources):
            return "Microsoft School Data Sync 1"
        if "Microsoft" in families or any(
            source.kind.code == "enrollments" and "sourcedId" not in source.places for source in self.work.sources
        ):
            return "Microsoft School Data Sync 2.1"
        if "OneRoster" in families:
            users = next(iter(self.work.sources_of("users")), None)
            old = users is not None and "enabledUser" not in users.places
            one = users is not None and "role" in users.places
            return "OneRoster 1.0" if old and one else "OneRoster 1.1" if one else "OneRoster 1.2"
        return _("Flat files") if families else ""

    # -- reading and comparing

    def read(self) -> None:
        """Check every row, and stage those that can be used."""
        self.heart.progress.of_bytes = sum(source.path.stat().st_size for source in self.work.sources)
        self.work.stage.begin()
        for kind in kinds():
            check_kind(kind, self.work)
            self.done += sum(source.path.stat().st_size for source in self.work.sources_of(kind.code))
        self.work.stage.finish()

    def _heard(self, report: FileReport, position: int) -> None:
        progress = self.heart.progress
        progress.step, progress.file, progress.rows = "reading", report.name, report.rows
        progress.bytes = min(self.done + position, progress.of_bytes)
        self.heart.tell()

    def plan(self) -> Plan:
        """What was staged."""
        stage = self.work.stage
        return Plan(self.work.day, stage.given, stage.counts, self.work.complete)

    def compare(self, plan: Plan) -> dict[str, Counts]:
        """What applying would do, by target."""
        self.heart.progress.step, self.heart.progress.file = "comparing", ""
        self.heart.tell()
        with self.work.stage.attached():
            return {diff.target.code: diff.count() for diff in diffs(self.work.stage, plan)}

    def summary(self, counts: dict[str, Counts]) -> dict[str, Any]:
        """For the page."""
        targets = declared()[1]
        nouns: dict[str, dict[str, Any]] = {}
        for code, count in counts.items():
            noun = nouns.setdefault(
                targets[code].noun,
                {"noun": targets[code].noun, "added": 0, "changed": 0, "ended": 0, "untouched": 0},
            )
            for what in ("added", "changed", "ended", "untouched"):
                noun[what] += getattr(count, what)
        return {
            "form": self.form,
            "files": [report.summary() for report in self.reports],
            "nouns": list(nouns.values()),
            "groups": self.work.problems.summary(),
            "asks": self.asks(counts),
            "unknown": self.unknown,
        }

    def asks(self, counts: dict[str, Counts]) -> list[str]:
        """What a person must agree to before this is applied: whole sentences, none where little ends.

        A student or staff member who leaves takes along enrollments that no file names, so they are counted too.
        """
        district = District.objects.first()
        percent = district.asks_before_ending_percent if district else 20
        asks = []
        for code, here, sentence in [
            ("enrollment", Enrollment.objects.filter(on_day(self.work.day)), ENDS_ENROLLMENTS),
            ("student", Student.objects.filter(ended_on=None), ENDS_STUDENTS),
            ("staff", StaffMember.objects.filter(ended_on=None), ENDS_STAFF),
        ]:
            ended = counts[code].ended if code in counts else 0
            active = here.count() if ended else 0
            if ended * 100 > percent * active:
                asks.append(gettext(sentence) % {"ended": ended, "active": active})
        return [*asks, gettext(ONLY_A_PART)] if asks else []
