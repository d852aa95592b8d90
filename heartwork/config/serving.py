"""Serving the site: pages by Granian, long work by a worker and a clock beside it; all stop together."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType

from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from heartwork.config import scheduled
from heartwork.config.orphans import end_with
from heartwork.config.saying import Problem, console
from heartwork.sealing.fields import keys_in_use
from heartwork.sealing.keys import KeyMissing, current, key

PATIENCE = 20  # seconds for work under way to end by itself; an import that is cut off leaves the old roster
LOOK_AT_BACKUPS = 60  # seconds
RESTARTS = 20  # of what ends by itself, within a minute; Granian ends when one of its processes dies twice in a row


def address(host: str, port: int) -> str:
    """What to type in the browser."""
    shown = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104 – compared, not bound
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def require_free_port(host: str, port: int) -> None:
    """Raise Problem when nobody could listen there."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        raise Problem(
            f"Nothing can listen on {host}, port {port}: {error}.",
            f"Something else may be there. Try another port: --port {port + 1 if port < 65000 else 8001}",
        ) from error


def behind() -> list[str]:
    """The migrations that this version has and the database has not."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def require_declarations() -> None:
    """Raise Problem when a page does not say whom it is for, or a field how much care it asks for."""
    for found in checks.run_checks():
        if found.is_serious() and not found.is_silenced():
            raise Problem(found.msg, found.hint or "")


def require_keys() -> None:
    """Raise Problem when words in the database were sealed under a key that is not here. The first key is made."""
    for key_id in keys_in_use():
        try:
            key(key_id)
        except KeyMissing as error:
            raise Problem(f"Words in the database cannot be read here. {error}") from error
    current()


def _forget_uploads() -> None:
    """Nobody serves but us, so what lies where uploads arrive was left by a machine that stopped: it is not sealed."""
    for path in settings.FILE_UPLOAD_TEMP_DIR.iterdir():
        if path.is_file():
            path.unlink(missing_ok=True)


@contextmanager
def claim(what: str) -> Iterator[None]:
    """Hold the data folder for `what`, so that a restore does not run under a site in use, nor two of either."""
    path = settings.DATA / "in-use"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise Problem(
                f"The data in {settings.DATA} is in use by {file.read().strip() or 'another heartwork command'}.",
                "Stop that first.",
            ) from error
        file.truncate(0)
        file.write(f"heartwork {what} (process {os.getpid()})")
        file.flush()
        yield
        file.truncate(0)


def serve(host: str, port: int, workers: int) -> int:
    """Serve until SIGTERM or Ctrl+C, then stop both kinds of process in good order. 0 when stopped on purpose."""
    if workers < 1:
        raise Problem("At least one process must answer pages.", "Use --workers 2.")
    require_free_port(host, port)
    require_declarations()
    if waiting := behind():
        raise Problem(
            f"The database is {len(waiting)} steps behind this version (next: {waiting[0]}).",
            "Back up, then run: heartwork setup",
        )
    require_keys()
    with claim("serve"):
        _forget_uploads()
        call_command("collectstatic", interactive=False, verbosity=0)
        connection.close()
        return _Site(host, port, workers).run()


class _Site:
    """The children: pages, long work, and what happens by itself."""

    def __init__(self, host: str, port: int, workers: int) -> None:
        self.stopping = False
        self.where = address(host, port)
        pages = [
            *(sys.executable, "-m", "granian", "--interface", "asginl", "--host", host, "--port", str(port)),
            *("--workers", str(workers), "--no-ws", "--respawn-failed-workers"),
            *("--workers-kill-timeout", "10", "--log-level", "warning", "heartwork.config.asgi:application"),
        ]
        self.commands = {
            "server": pages,
            "worker for long work": [sys.executable, "-m", "heartwork.config.cli", "work"],
            "clock": [sys.executable, "-m", "heartwork.config.clock"],
        }
        self.backup: subprocess.Popen[bytes] | None = None
        self.backups_looked_at = 0.0

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        children = {name: _child(command) for name, command in self.commands.items()}
        console.print(f"Serving at [bold]{self.where}[/bold]  (Ctrl+C stops it)")
        ended: list[float] = []
        try:
            while not self.stopping:
                for name in [name for name, child in children.items() if child.poll() is not None]:
                    ended = [at for at in ended if at > time.monotonic() - 60] + [time.monotonic()]
                    if len(ended) > RESTARTS:
                        raise Problem(f"The {name} keeps ending; its last words are above.")
                    children[name] = _child(self.commands[name])
                self._back_up_when_due()
                time.sleep(0.2)
        finally:
            _end([*children.values(), *([self.backup] if self.backup else [])])
        console.print("Stopped.")
        return 0

    def _back_up_when_due(self) -> None:
        """Look every minute whether a backup is due; one that fails is tried again the next time."""
        if settings.BACKUPS is None or time.monotonic() < self.backups_looked_at + LOOK_AT_BACKUPS:
            return
        self.backups_looked_at = time.monotonic()
        if (self.backup is None or self.backup.poll() is not None) and scheduled.is_due():
            self.backup = _child([sys.executable, "-m", "heartwork.config.cli", "backup", "--scheduled"])

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True


def _child(command: list[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl+C reaches us alone, and we stop it in order.
    with_us = partial(end_with, os.getpid(), signal.SIGTERM)
    return subprocess.Popen(command, start_new_session=True, preexec_fn=with_us)  # noqa: S603 – our own words


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask once, give work under way time to end, ask again, and then do not ask."""
    for ask, patience in ((signal.SIGTERM, PATIENCE), (signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        for child in children:
            if child.poll() is None:
                child.send_signal(ask)
        until = time.monotonic() + patience
        while any(child.poll() is None for child in children) and time.monotonic() < until:
            time.sleep(0.05)
        if all(child.poll() is not None for child in children):
            return
        console.print("Waiting for work under way to end.")
