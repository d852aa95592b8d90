"""An installation of its own, run as a person would run it: by the `heartwork` command, in another process."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PASSPHRASE = "morning oak river lantern"


class Installation:
    """A data folder, and the command that works on it."""

    def __init__(self, folder):
        self.folder = folder
        self.database = folder / "heartwork.sqlite3"

    @property
    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HEARTWORK_", "DJANGO_"))}
        return kept | {"HEARTWORK_DATA": str(self.folder), "COLUMNS": "200"}

    def start(self, *arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "heartwork.config.cli", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments, said="", **environment):
        done = subprocess.run(
            [sys.executable, "-m", "heartwork.config.cli", *map(str, arguments)],
            env=self.environment | environment,
            input=said,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="session")
def _made(tmp_path_factory):
    here = Installation(tmp_path_factory.mktemp("made") / "data")
    code, said = here.run(
        *("setup", "--district", "Elmwood", "--name", "Sam Hill", "--username", "sam", "--passphrase-stdin"),
        said=PASSPHRASE,
    )
    assert code == 0, said
    return here


@pytest.fixture
def installation(_made, tmp_path):
    """A district with an administrator and nobody else."""
    folder = tmp_path / "data"
    shutil.copytree(_made.folder, folder)
    return Installation(folder)


@pytest.fixture
def elsewhere(tmp_path):
    """Another machine, where nothing was set up yet."""
    return Installation(Path(tmp_path) / "elsewhere")
