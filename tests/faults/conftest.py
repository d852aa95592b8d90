"""What the faults need: a site on SQLite and on PostgreSQL, and a place for what was measured."""

import json
import os
from pathlib import Path

import pytest

from tests.faults.database import cluster
from tests.faults.site import Site

FIGURES = Path(os.environ.get("HEARTWORK_FAULT_FIGURES", "/dev/null"))


@pytest.fixture
def told(request):
    """Write a figure down: on the screen, and as a line of JSON where HEARTWORK_FAULT_FIGURES says."""

    def tell(**figures):
        line = json.dumps({"fault": request.node.name} | figures)
        print(line)
        with FIGURES.open("a") as file:
            file.write(line + "\n")

    return tell


@pytest.fixture
def postgresql():
    try:
        with cluster() as here:
            yield here
    except (FileNotFoundError, KeyError) as error:
        pytest.skip(f"no PostgreSQL here: {error}")


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request, tmp_path):
    """A site with a district, not yet serving."""
    address = request.getfixturevalue("postgresql").address if request.param == "postgresql" else ""
    (tmp_path / "data").mkdir()
    here = Site(tmp_path / "data", address)
    here.prepare()
    yield here
    here.stop()
