"""`make bench`: imports, and then pages, of a fictional district of 20,000 students; README.md says more."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.imports import PROJECT, make_files

STUDENTS = 20_000
DAY = "2026-02-24"  # in the school year of the files


def main() -> int:
    """Measure one after the other. 0 when all could be measured."""
    with tempfile.TemporaryDirectory(prefix="heartwork-bench-") as scratch:
        files = Path(scratch) / "files"
        make_files(STUDENTS, files)
        environment = os.environ | {
            "HEARTWORK_DATA": str(Path(scratch) / "data"),
            "HEARTWORK_SECRET_KEY": "only-for-benchmarks",
        }
        environment.pop("HEARTWORK_DATABASE_URL", None)
        for arguments in (
            ["benchmarks.imports", "--folder", str(files)],
            ["benchmarks.import_once", str(files)],
            ["benchmarks.pages", "--day", DAY],
        ):
            print(f"\n== {' '.join(arguments)}", flush=True)
            done = subprocess.run([sys.executable, "-m", *arguments], cwd=PROJECT, env=environment, check=False)
            if done.returncode:
                return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
