"""Databases for the faults: a SQLite file, or a PostgreSQL of our own that can be stopped and started."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Cluster:
    """A PostgreSQL that listens on a socket alone, durable as one in use is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commands = _commands()
        self.become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    @property
    def address(self) -> str:
        return f"postgres://heartwork@{str(self.folder).replace('/', '%2F')}/heartwork"

    def make(self) -> None:
        if self.become:
            shutil.chown(self.folder, "postgres")
        initdb = ["initdb", "-D", "data", "-U", "heartwork", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        self._run(*initdb)
        self.start()
        self._run("createdb", "-h", str(self.folder), "-U", "heartwork", "heartwork")

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}'"
        self._run("pg_ctl", "-D", "data", "-w", "-s", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, mode: str) -> None:
        """mode: fast, or immediate, which is as a crash."""
        self._run("pg_ctl", "-D", "data", "-s", "-m", mode, "stop")

    def _run(self, command: str, *arguments: str) -> None:
        whole = [*self.become, str(self.commands / command), *arguments]
        subprocess.run(whole, check=True, cwd=self.folder, stdout=subprocess.DEVNULL)


def _commands() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    path = shutil.which("initdb")
    if not path:
        raise FileNotFoundError("PostgreSQL is not installed")
    return Path(path).resolve().parent


@contextmanager
def cluster() -> Iterator[Cluster]:
    """One for a test, gone afterwards. Raises FileNotFoundError or KeyError where there can be none."""
    if os.geteuid() == 0:
        pwd.getpwnam("postgres")
    folder = Path(tempfile.mkdtemp(prefix="heartwork-pg-", dir="/tmp"))
    here = Cluster(folder)
    try:
        here.make()
        yield here
    finally:
        subprocess.run([*here.become, str(here.commands / "pg_ctl"), "-D", "data", "-s", "-m", "immediate", "stop"],
                       check=False, cwd=folder, stderr=subprocess.DEVNULL)  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)
