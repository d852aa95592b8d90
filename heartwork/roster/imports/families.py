"""Who belongs to whose family, as the rows of people say: a student names adults, an adult names students.

Either may come first in the file, so what they say is kept until everybody is known.
"""

from itertools import chain, repeat

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext_noop as _

from heartwork.roster.imports.columns import WARN, Note
from heartwork.roster.imports.kinds import Rows
from heartwork.roster.imports.problems import FileReport
from heartwork.roster.imports.stage import BLANK
from heartwork.roster.imports.work import Work

NO_AGENT = Note(
    WARN, _("This family member is not in the files or in Heartwork. The person was kept without this link.")
)
Numbers = npt.NDArray[np.int64]


class Families:
    """What the rows of people said of their families."""

    def __init__(self) -> None:
        self.said: list[tuple[FileReport, list[int], list[str], list[str]]] = []  # lines, people, those they name
        self.pairs: list[Numbers] = []  # the number of a student and, in the lower half, of an adult

    def remember(self, rows: Rows, report: FileReport) -> None:
        """Keep what these rows say until everybody is known."""
        named = rows["agentSourcedIds"]
        if any(named):
            some = rows.only(named)
            self.said.append((report, list(some.lines), some["sourcedId"], some["agentSourcedIds"]))

    def link(self, work: Work) -> None:
        """Everybody is known: stage each pair once, and tell of those who are not there."""
        for report, lines, people, named in self.said:
            if report.rejected:  # a row that stands in the file twice was refused since
                kept = [not report.is_rejected(line) for line in lines]
                lines, people, named = ([v for v, one in zip(each, kept, strict=True) if one]  # type: ignore[assignment]
                                        for each in (lines, people, named))  # fmt: skip
            self._pair(work, report, lines, people, named)
        self.said.clear()
        if not self.pairs:
            return
        pairs = np.unique(np.concatenate(self.pairs))
        for start in range(0, len(pairs), 50_000):
            some = pairs[start : start + 50_000]
            work.stage.add(
                "guardianship",
                [0] * len(some),
                student_id=(some >> 32).tolist(),
                guardian_id=(some & 0xFFFFFFFF).tolist(),
                ended_on=BLANK,
            )

    def _pair(self, work: Work, report: FileReport, lines: list[int], people: list[str], named: list[str]) -> None:
        """The pairs that some rows name. An adult may be named by a student and name them, too."""
        split = [text.split(",") for text in named]
        agents = [agent.strip() for agent in chain.from_iterable(split)]
        if not agents:
            return
        owner = np.repeat(np.arange(len(people)), [len(each) for each in split])
        students, guardians = work.registry("student"), work.registry("guardian")

        def numbers(known: dict[str, int], names: list[str]) -> Numbers:
            return np.fromiter(map(known.get, names, repeat(0)), dtype=np.int64, count=len(names))

        student, adult = numbers(students, people)[owner], numbers(guardians, agents)
        self._keep(student, adult)
        found = (student > 0) & (adult > 0)
        student, adult = numbers(students, agents), numbers(guardians, people)[owner]
        self._keep(student, adult)
        found |= (student > 0) & (adult > 0)
        staff = work.registry("staff")
        for place in np.flatnonzero(~found).tolist():
            agent = agents[place]
            if agent and not (agent in students or agent in guardians or agent in staff):
                row = int(owner[place])
                work.problems.note(report, lines[row], "agentSourcedIds", NO_AGENT, agent, [people[row], named[row]])

    def _keep(self, student: Numbers, adult: Numbers) -> None:
        both = (student > 0) & (adult > 0)
        if both.any():
            self.pairs.append((student[both] << 32) | adult[both])


def families(work: Work) -> Families:
    """What has been said of families in this import."""
    found: Families = work.facts.setdefault("families", Families())
    return found
