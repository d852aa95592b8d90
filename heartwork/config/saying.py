"""How the command line speaks: one console, one way to stop with a sentence, one way to show long work."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


class Problem(Exception):
    """Something a person can mend: what happened, and what to do next. Shown as it is, without a traceback."""

    def __init__(self, what: str, mend: str = "", code: int = 1) -> None:
        super().__init__(what)
        self.what, self.mend, self.code = what, mend, code


def size(count: int) -> str:
    """Bytes in words: "3.4 MB"."""
    value = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError("unreachable")


@contextmanager
def bar(what: str, total: int | None = None, *, in_bytes: bool = False) -> Iterator["Bar"]:
    """A progress bar that is gone when the work is done; without a total it only shows that there is life."""
    columns = [TextColumn("{task.description}"), BarColumn(), DownloadColumn() if in_bytes else TaskProgressColumn()]
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        yield Bar(progress, what, total)


class Bar:
    """One piece of long work on the screen."""

    def __init__(self, progress: Progress, what: str, total: int | None) -> None:
        self.progress = progress
        self.task = progress.add_task(what, total=total)

    def at(self, done: int, of: int | None = None, what: str | None = None) -> None:
        """The work has come to `done`, of `of`."""
        self.progress.update(self.task, completed=done, total=of, description=what)

    def step(self, by: int) -> None:
        """The work went on by so much."""
        self.progress.advance(self.task, by)
