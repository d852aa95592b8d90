"""Everything that must hold before a change is taken, in one run: `make test`.

Runs on after a failure, and ends with what passed, what failed and what could not run on this machine, and why.
Answers 0 when nothing failed.
"""

import getpass
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from heartwork.config.rooms import ROOMS

PROJECT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
ROOMS_WITH_TABLES = [room for room in ROOMS if (PROJECT / "heartwork" / room / "migrations").is_dir()]
AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]


class Run:
    """The steps so far: (what, how it went, seconds)."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, str, float]] = []
        self.not_run: list[str] = []

    def step(self, what: str, *command: str, **environment: str) -> bool:
        """Run one command, show what it says, remember how it went."""
        print(f"\n== {what}\n   {' '.join(command).split(chr(10))[0]}", flush=True)
        began = time.monotonic()
        done = subprocess.run(command, cwd=PROJECT, env=os.environ | environment, check=False)
        went = "passed" if done.returncode == 0 else "FAILED"
        self.steps.append((what, went, time.monotonic() - began))
        return done.returncode == 0

    def skip(self, what: str, why: str) -> None:
        """This machine cannot do it."""
        print(f"\n== {what}\n   not run: {why}", flush=True)
        self.not_run.append(f"{what}: {why}")

    def summary(self) -> int:
        """Say how it went; the answer for the shell."""
        print("\n" + "=" * 72)
        for what, went, seconds in self.steps:
            print(f"{went:8} {seconds:6.0f} s  {what}")
        for line in self.not_run:
            print(f"NOT RUN            {line}")
        failed = [what for what, went, _ in self.steps if went != "passed"]
        total = sum(seconds for _, _, seconds in self.steps)
        if failed:
            print(f"\n{len(failed)} of {len(self.steps)} steps failed: {'; '.join(failed)}")
        elif self.not_run:
            print(f"\nAll that could run passed, in {total:.0f} s. {len(self.not_run)} could not run on this machine.")
        else:
            print(f"\nEverything passed, in {total:.0f} s.")
        return 1 if failed else 0


def may_install() -> bool:
    """Whether this account may install Debian packages without being asked."""
    if not shutil.which("apt-get"):
        return False
    return os.geteuid() == 0 or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


def install(*packages: str) -> None:
    """Install Debian packages; whether they are there is looked at afterwards."""
    print(f"Installing from Debian: {' '.join(packages)}", flush=True)
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*AS_ROOT, *quiet, "update"], check=False, stdout=subprocess.DEVNULL)
    subprocess.run([*AS_ROOT, *quiet, "install", "-y", *packages], check=False, stdout=subprocess.DEVNULL)


def chromium() -> str | None:
    """Debian's Chromium."""
    return shutil.which("chromium")


def postgresql() -> Path | None:
    """The folder of PostgreSQL's own commands; Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    somewhere = shutil.which("initdb")
    return Path(somewhere).resolve().parent if somewhere else None


def database_account() -> str | None:
    """Who runs the throw-away cluster: PostgreSQL refuses root, so root lends the work to "postgres"."""
    if os.geteuid() != 0:
        return getpass.getuser()
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return None


@contextmanager
def throw_away_cluster(commands: Path, account: str) -> Iterator[str]:
    """The address of a PostgreSQL of our own: a new folder, only a socket, nothing kept."""
    folder = Path(tempfile.mkdtemp(prefix="heartwork-pg-", dir="/tmp"))  # a socket's path must be short
    become = ["runuser", "-u", account, "--"] if os.geteuid() == 0 else []
    if become:
        shutil.chown(folder, account)
    data = folder / "data"
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c full_page_writes=off"
    control = [*become, str(commands / "pg_ctl"), "-D", str(data), "-w", "-s"]
    try:
        initdb = [str(commands / "initdb"), "-D", str(data), "-U", "heartwork", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*become, *initdb, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        subprocess.run([*control, "-l", str(folder / "log"), "-o", options, "start"], check=True, cwd="/")
        try:
            createdb = [*become, str(commands / "createdb"), "-h", str(folder), "-U", "heartwork", "heartwork"]
            subprocess.run(createdb, check=True, cwd="/")
            yield f"postgres://heartwork@{str(folder).replace('/', '%2F')}/heartwork"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=False, cwd="/")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


THERE_AND_BACK = f"""
import django
from django.core.management import call_command
django.setup()
call_command("migrate", verbosity=0)
for room in {ROOMS_WITH_TABLES[::-1]}:
    call_command("migrate", room, "zero", verbosity=0)
call_command("migrate", verbosity=0)
call_command("migrate", check_unapplied=True, verbosity=0)
"""


def there_and_back(run: Run, where: str, **environment: str) -> None:
    """Migrate a new database forward, all the way back, and forward again."""
    environment["DJANGO_SETTINGS_MODULE"] = "heartwork.config.settings"
    run.step(
        f"migrations forward, back and forward again on {where}", sys.executable, "-c", THERE_AND_BACK, **environment
    )


def main() -> int:
    """Run it all."""
    run = Run()
    if may_install():
        missing = ([] if chromium() else ["chromium"]) + ([] if postgresql() else ["postgresql"])
        if missing:
            install(*missing)
    no_install = "it is not installed, and this account may not install it; on Debian: apt-get install"

    with tempfile.TemporaryDirectory(prefix="heartwork-test-") as scratch:
        os.environ["HEARTWORK_DATA"] = scratch
        os.environ["HEARTWORK_SECRET_KEY"] = "only-for-tests"
        os.environ.pop("HEARTWORK_DATABASE_URL", None)
        python = sys.executable
        run.step("lint (ruff)", str(BIN / "ruff"), "check")
        run.step("layout (ruff format)", str(BIN / "ruff"), "format", "--check")
        run.step("types (mypy)", str(BIN / "mypy"))
        run.step("order of rooms (import-linter)", str(BIN / "lint-imports"))
        run.step(
            "every change of a model has its migration", python, "manage.py", "makemigrations", "--check", "--dry-run"
        )
        pytest = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations", "8"]
        side_by_side = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "worksteal"]  # a browser is busy enough alone
        run.step("tests on SQLite", *pytest, *side_by_side, "-m", "not browser")
        if chromium():
            # A browser on a busy machine may miss a moment: what fails is tried once more, and told (R).
            run.step("tests in Chromium", *pytest, "-m", "browser", "--reruns", "1", "-rR")
        else:
            run.skip("tests in Chromium", f"{no_install} chromium")
        there_and_back(run, "SQLite")
        commands, account = postgresql(), database_account()
        if not commands:
            run.skip("data layer on PostgreSQL", f"{no_install} postgresql")
        elif not account:
            run.skip("data layer on PostgreSQL", 'root has no account "postgres" to lend the work to')
        else:
            try:
                with throw_away_cluster(commands, account) as address:
                    run.step(
                        "data layer on PostgreSQL", *pytest, *side_by_side, "-m", "data", HEARTWORK_DATABASE_URL=address
                    )
                    there_and_back(run, "PostgreSQL", HEARTWORK_DATABASE_URL=address)
            except subprocess.CalledProcessError as error:
                run.skip("data layer on PostgreSQL", f"no cluster could be started ({error})")
    return run.summary()


if __name__ == "__main__":
    sys.exit(main())
