"""Import one folder once, and say as JSON how long it took, what on, and how much memory: for `benchmarks.imports`.

    HEARTWORK_DATA=/path/of/a/new/folder python -m benchmarks.import_once FOLDER

The import is the product's own, in the order of `heartwork import --yes`: taken in, read, compared, applied. The parts
are timed by a clock around the product's functions, once for each block of rows or each statement.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heartwork.config.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from benchmarks.imports import seconds_of
from heartwork.roster import imports
from heartwork.roster.imports import checking, runs
from heartwork.roster.imports.diff import Diff
from heartwork.roster.imports.reading import Reading
from heartwork.roster.imports.stage import Stage
from heartwork.roster.models import ImportRun


class Clock:
    """Seconds by what they were spent on. What is timed inside something else is taken from it."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._inner = [0.0]

    def around(self, owner: Any, name: str, part: str) -> None:
        """Time this function wherever it is called."""
        function = getattr(owner, name)

        def timed(*arguments: Any, **named: Any) -> Any:
            return self.call(part, lambda: function(*arguments, **named))

        setattr(owner, name, timed)

    def around_each(self, owner: Any, name: str, part: str) -> None:
        """Time each step of this generator."""
        function = getattr(owner, name)

        def timed(*arguments: Any, **named: Any) -> Iterator[Any]:
            steps = function(*arguments, **named)
            while (step := self.call(part, lambda: next(steps, None))) is not None:
                yield step

        setattr(owner, name, timed)

    def call(self, part: str, function: Callable[[], Any]) -> Any:
        """Do it, and add its seconds to this part, without those of the parts inside."""
        self._inner.append(0.0)
        began = time.perf_counter()
        try:
            return function()
        finally:
            took = time.perf_counter() - began
            self.spent[part] = self.spent.get(part, 0) + took - self._inner.pop()
            self._inner[-1] += took


def processor_seconds() -> float:
    """Seconds of a processor that this process has used, and the database's process for us where that is another."""
    mine = os.times()
    seconds = mine.user + mine.system
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            seconds += seconds_of(cursor.fetchone()[0])
    return seconds


def main() -> None:
    """Import and tell."""
    call_command("migrate", verbosity=0)
    clock = Clock()
    clock.around(imports, "begin", "copying the files into the data folder")
    clock.around_each(checking, "blocks", "reading rows of cells (Python's csv)")
    clock.around(Reading, "read", "checking and cleaning")
    clock.around(Stage, "_write", "writing what was read to the staging tables")
    clock.around(Reading, "compare", "comparing with the database")
    clock.around(Diff, "count", "comparing with the database")
    clock.around(Diff, "apply", "applying: rows and their indexes")
    clock.around(runs, "find_twins", "looking for possible twins")
    clock.around(runs, "_take_stock", "letting the database take stock (ANALYZE)")
    folder = Path(sys.argv[1])
    processor, began = processor_seconds(), time.perf_counter()
    run = imports.begin(None, name=folder.name, source=folder)
    run = imports.read(run.pk)
    if run.state == ImportRun.State.READY:
        run = imports.apply(run.pk, actor=None, agreed=True)
    seconds = time.perf_counter() - began
    if run.state != ImportRun.State.APPLIED:
        raise SystemExit(f"The import is {run.state}. {run.error}")
    clock.spent["commit, and the rest"] = seconds - sum(clock.spent.values())
    said = {
        "rows": sum(file["rows"] for file in run.summary["files"]),
        "seconds": seconds,
        "processor": processor_seconds() - processor,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "spent": clock.spent,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
