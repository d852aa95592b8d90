"""How far the work has come: told every second from a thread, so that a page can tell living work from dead.

While an import is applied on SQLite nothing else can be written to the database, so this is kept in a file beside it.
"""

import json
import os
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType


@dataclass
class Progress:
    """What is being done now."""

    step: str = "reading"  # reading, comparing, applying
    file: str = ""
    rows: int = 0
    bytes: int = 0
    of_bytes: int = 0


class Heart:
    """While this lasts, the file says every second how far the work is, and that it lives."""

    def __init__(self, path: Path, on_progress: Callable[[Progress], None] | None = None) -> None:
        self.path = path
        self.progress = Progress()
        self.on_progress = on_progress
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "Heart":
        self._write()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._write()

    def tell(self) -> None:
        """Something moved."""
        if self.on_progress:
            self.on_progress(self.progress)

    def _beat(self) -> None:
        while not self._over.wait(1):
            self._write()

    def _write(self) -> None:
        new = self.path.with_suffix(".new")
        try:
            new.write_text(json.dumps({"at": datetime.now(UTC).isoformat(), **asdict(self.progress)}))
            os.replace(new, self.path)
        except OSError:  # a full disk must not end the work that could still finish
            return


def last_heard(path: Path) -> tuple[datetime, dict[str, object]] | None:
    """When the work was last heard of, and how far it was; None: never."""
    try:
        told = json.loads(path.read_text())
        return datetime.fromisoformat(told.pop("at")), told
    except (OSError, ValueError, KeyError):
        return None
