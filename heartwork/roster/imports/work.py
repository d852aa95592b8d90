"""One reading of one import: what every file has in common while its rows are checked."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heartwork.roster.imports.kinds import Kind, targets
from heartwork.roster.imports.numbers import Registry
from heartwork.roster.imports.problems import FileReport, Problems
from heartwork.roster.imports.stage import Stage
from heartwork.roster.imports.tables import Layout


@dataclass
class Source:
    """One file to read: how it is written down, what kind it is, and where the kind's columns are."""

    path: Path
    layout: Layout
    kind: Kind
    places: dict[str, int]
    report: FileReport
    words: dict[str, dict[str, str]] = field(default_factory=dict)  # column -> their word -> ours
    is_whole: bool = True  # a full list: what it leaves out has ended


@dataclass
class Work:
    """What a kind may use while its rows land."""

    day: datetime.date
    stage: Stage
    problems: Problems
    sources: list[Source] = field(default_factory=list)
    registries: dict[str, Registry] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)  # what kinds tell one another
    complete: set[tuple[str, str]] = field(default_factory=set)  # (target, prefix): what is not named has ended
    heard: Callable[[FileReport, int], None] = lambda report, position: None

    def registry(self, code: str) -> Registry:
        """What others may refer to, by the identifier the source gives it; read from the database when first asked."""
        if code not in self.registries:
            self.registries[code] = Registry(targets()[code].model)
        return self.registries[code]

    def forget(self, *names: str) -> None:
        """Let go of facts that no later file needs."""
        for name in names:
            self.facts.pop(name, None)

    def is_first(self, code: str) -> bool:
        """Whether the database holds nothing yet of what this target is about."""
        name = f"first:{code}"
        if name not in self.facts:
            self.facts[name] = not targets()[code].model._default_manager.exists()
        first: bool = self.facts[name]
        return first

    def sources_of(self, *codes: str) -> list[Source]:
        """The files of these kinds in this import."""
        return [source for source in self.sources if source.kind.code in codes]
