"""How long an import takes beside the bulk load of PostgreSQL and of SQLite, the same files in the same run.

    python -m benchmarks.imports --students 20000 [--rounds 3]
    python -m benchmarks.imports --folder FOLDER [--rounds 1] [--product sqlite]

Imports the roster alone, and then all files, each into a new database and a data folder of its own. Loads the same
files by `COPY` into a throw-away PostgreSQL, and by `.import` of the sqlite3 command, into tables of plain text: once
as they are, once with an index on each identifier. All of this in turn, round after round. Prints medians and their
ratios, by the clock, and in brackets by the seconds of a processor that each used.
"""

import argparse
import csv
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from scripts.test_everything import database_account, postgresql, throw_away_cluster

PROJECT = Path(__file__).resolve().parents[1]
ROSTER = [
    f"{name}.csv"
    for name in (
        *("manifest", "orgs", "academicSessions", "courses", "classes"),
        *("users", "roles", "enrollments", "demographics"),
    )
]


@dataclass
class Measured:
    """One import or load of one set of files."""

    rows: int
    seconds: float
    processor: float
    peak_mb: float = 0
    spent: dict[str, float] = field(default_factory=dict)


def product(folder: Path, address: str | None) -> Measured:
    """Our import, in a process, a data folder and a database of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HEARTWORK_")}
    with tempfile.TemporaryDirectory(prefix="heartwork-bench-", dir=folder.parent) as data:
        environment |= {"HEARTWORK_DATA": data, "HEARTWORK_SECRET_KEY": "only-for-benchmarks"}
        if address:
            environment["HEARTWORK_DATABASE_URL"] = address
        command = [sys.executable, "-m", "benchmarks.import_once", str(folder)]
        done = subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def product_on_postgresql(folder: Path, address: str) -> Measured:
    """Our import into a new database of the cluster."""
    with psycopg.connect(address, autocommit=True) as cluster:
        cluster.execute("CREATE DATABASE product")
        try:
            return product(folder, address.rpartition("/")[0] + "/product")
        finally:
            cluster.execute("DROP DATABASE product WITH (FORCE)")


def seconds_of(pid: int) -> float:
    """Seconds of a processor that another process has used."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def headings(path: Path) -> list[str]:
    """The first row of a file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))


def tables(folder: Path) -> list[tuple[Path, str, list[str], list[str]]]:
    """Each file, the statement that makes its table of texts, and those that put an index on each identifier."""
    made = []
    for path in sorted(folder.glob("*.csv")):
        names = headings(path)
        columns = ", ".join(f'"{name}" text' for name in names)
        identifiers = [name for name in names if name.endswith(("ourcedId", "Id")) and path.name != "manifest.csv"]
        indexes = [f'CREATE INDEX "{path.stem}_{name}" ON "{path.stem}" ("{name}")' for name in identifiers]
        made.append((path, f'CREATE TABLE "{path.stem}" ({columns})', names, indexes))
    return made


def copy(folder: Path, address: str, *, indexed: bool) -> Measured:
    """PostgreSQL's COPY, streamed as psql does it, in one transaction; then the indexes."""
    rows = 0
    began, mine = time.perf_counter(), sum(os.times()[:2])
    with psycopg.connect(address) as connection:
        pid = connection.info.backend_pid
        for path, table, _names, indexes in tables(folder):
            connection.execute(table)
            with connection.cursor() as cursor, path.open("rb") as file:
                with cursor.copy(f'COPY "{path.stem}" FROM STDIN WITH (FORMAT csv, HEADER)') as loading:
                    while piece := file.read(1 << 20):
                        loading.write(piece)
                rows += cursor.rowcount
            for statement in indexes if indexed else []:
                connection.execute(statement)
        connection.commit()
        took = time.perf_counter() - began
        processor = sum(os.times()[:2]) - mine + seconds_of(pid)
        for path, *_ in tables(folder):
            connection.execute(f'DROP TABLE "{path.stem}"')
        connection.commit()
    return Measured(rows, took, processor)


def sqlite(folder: Path, *, indexed: bool) -> Measured:
    """The sqlite3 command's .import into a new file, as durable as ours; then the indexes."""
    with tempfile.TemporaryDirectory(prefix="heartwork-bench-", dir=folder.parent) as scratch:
        script = ["PRAGMA journal_mode=WAL;", "PRAGMA synchronous=FULL;", "PRAGMA cache_size=-65536;", ".mode csv"]
        for path, table, _names, indexes in tables(folder):
            script += [f"{table};", f'.import --skip 1 "{path}" "{path.stem}"']
            script += [f"{statement};" for statement in indexes if indexed]
        counted = " + ".join(f'(SELECT count(*) FROM "{path.stem}")' for path, *_ in tables(folder))
        database = Path(scratch) / "bulk.sqlite3"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        subprocess.run(
            ["sqlite3", str(database)], input="\n".join(script), text=True, check=True, stdout=subprocess.DEVNULL
        )
        took = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        count = subprocess.run(["sqlite3", str(database), f"SELECT {counted}"], check=True, capture_output=True)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(int(count.stdout), took, processor)


def make_files(students: int, folder: Path) -> None:
    """A fictional district of this size."""
    command = [sys.executable, "-m", "heartwork.testing.make_district", "--students", str(students), "--seed", "7"]
    subprocess.run([*command, "--out", str(folder)], cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)


def roster_of(folder: Path, into: Path) -> Path:
    """A folder with the files of the roster alone."""
    into.mkdir()
    for name in ROSTER:
        if (folder / name).exists():
            try:
                os.link(folder / name, into / name)
            except OSError:
                shutil.copyfile(folder / name, into / name)
    return into


def middle(measured: list[Measured]) -> Measured:
    """The one with the median of seconds."""
    seconds = statistics.median_low(one.seconds for one in measured)
    return next(one for one in measured if one.seconds == seconds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--folder", type=Path, help="files to import; without it, files are made")
    source.add_argument("--students", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--product", choices=["sqlite", "postgresql", "both", "none"], default="both")
    options = parser.parse_args()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="heartwork-bench-")))
        folder = options.folder or scratch / "files"
        if not options.folder:
            make_files(options.students, folder)
        commands, account = postgresql(), database_account()
        address = stack.enter_context(throw_away_cluster(commands, account)) if commands and account else ""
        measure(folder, roster_of(folder, scratch / "roster"), address, options.rounds, options.product)


def measure(folder: Path, roster: Path, address: str, rounds: int, on: str) -> None:
    """Everything in turn, round after round; then the tables."""
    ways: dict[str, Callable[[Path], Measured]] = {}
    if address:
        ways["PostgreSQL COPY"] = lambda files: copy(files, address, indexed=False)
        ways["PostgreSQL COPY, indexes"] = lambda files: copy(files, address, indexed=True)
    else:
        print("PostgreSQL is not on this machine: nothing to compare with there.")
    if shutil.which("sqlite3"):
        ways["SQLite .import"] = lambda files: sqlite(files, indexed=False)
        ways["SQLite .import, indexes"] = lambda files: sqlite(files, indexed=True)
    else:
        print("The sqlite3 command is not on this machine: nothing to compare with there.")
    if on in ("sqlite", "both"):
        ways["Heartwork on SQLite"] = lambda files: product(files, None)
    if on in ("postgresql", "both") and address:
        ways["Heartwork on PostgreSQL"] = lambda files: product_on_postgresql(files, address)
    found: dict[tuple[str, str], list[Measured]] = {}
    for turn in range(rounds):
        for what, files in (("roster", roster), ("all files", folder)):
            for name, way in ways.items():
                one = way(files)
                found.setdefault((what, name), []).append(one)
                print(
                    f"{turn + 1}/{rounds} {what}, {name}: {one.seconds:.1f} s, processor {one.processor:.1f} s",
                    file=sys.stderr,
                    flush=True,
                )
    medians = {key: middle(measured) for key, measured in found.items()}
    print(f"\n{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {os.cpu_count()} cores, {rounds} rounds")
    show(medians, list(ways))
    if on != "none":
        show_parts(medians)


def show(medians: dict[tuple[str, str], Measured], names: list[str]) -> None:
    """How long, how fast, how much, and how many times as long as each bulk load; by processor in brackets."""
    loads = [name for name in names if not name.startswith("Heartwork")]
    heads = ["what", "how", "rows", "seconds", "processor", "rows/s", "peak MB", *(f"x {name}" for name in loads)]
    print(f"\n| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    for (what, name), one in medians.items():
        cells = [what, name, f"{one.rows:,}", f"{one.seconds:.1f}", f"{one.processor:.1f}"]
        cells += [f"{one.rows / one.seconds:,.0f}", f"{one.peak_mb:.0f}" if one.peak_mb else ""]
        for load in loads:
            base = medians[what, load]
            ratio = f"{one.seconds / base.seconds:.1f} ({one.processor / base.processor:.1f})"
            cells.append(ratio if name.startswith("Heartwork") else "")
        print(f"| {' | '.join(cells)} |")


def show_parts(medians: dict[tuple[str, str], Measured]) -> None:
    """What the time of our imports is spent on, in seconds."""
    ours = {key: one for key, one in medians.items() if one.spent}
    parts = list(dict.fromkeys(part for one in ours.values() for part in one.spent))
    heads = ["seconds for", *(f"{what}, {name.rpartition(' ')[2]}" for what, name in ours)]
    print(f"\n| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    for part in parts:
        cells = []
        for one in ours.values():
            seconds = one.spent.get(part, 0)
            cells.append(f"{seconds:.1f} ({100 * seconds / one.seconds:.0f}%)")
        print(f"| {part} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
