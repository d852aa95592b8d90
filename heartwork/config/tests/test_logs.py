"""Logs tell what happened to the system, and nothing that anybody typed or is called."""

import io
import json
import logging

import pytest
from django.db import IntegrityError

from heartwork.config.logs import formatter

CANARY = "canary4711"


@pytest.fixture
def lines():
    """What is logged in this test, by the formatter of the settings, from every logger and level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter())
    root, levels = logging.getLogger(), {}
    for name in (None, "django", "django.request", "heartwork", "heartwork.requests"):
        levels[name] = logging.getLogger(name).level
        logging.getLogger(name).setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def ruth(client, district):
    client.force_login(district.ruth)
    client.raise_request_exception = False
    return client


def test_nothing_that_was_sent_is_logged(ruth, district, lines):
    everywhere = dict.fromkeys(
        ("q", "text", "next", "username", "password", "page", "csrfmiddlewaretoken", CANARY), CANARY
    )
    for address in (f"/students/{district.maya.public_id}/", f"/{CANARY}/", "/students/", "/sign-in/", "/people/", "/"):
        ruth.get(address, everywhere, headers={"User-Agent": CANARY, "Referer": f"http://{CANARY}/", "X-Any": CANARY})
        ruth.post(address, everywhere, headers={"Cookie2": CANARY})
    ruth.get("/", headers={"Host": f"{CANARY}.example.org"})
    ruth.post("/students/", CANARY, content_type="application/json")
    said = json.dumps(lines())
    assert CANARY not in said
    assert str(district.maya.public_id) not in said
    for name in ("Maya", "Ruth", district.ruth.username, district.maya.family_name):
        assert name not in said


def test_an_error_tells_its_kind_and_place_and_not_what_it_says(ruth, district, lines, monkeypatch):
    def breaks(*args, **more):
        raise IntegrityError(f"Failing row contains ({CANARY})") from ValueError(CANARY)

    monkeypatch.setattr("heartwork.pages.queries.saw_student", breaks, raising=False)
    monkeypatch.setattr("heartwork.pages.views.page", breaks)
    assert ruth.get(f"/students/{district.maya.public_id}/").status_code == 500
    told = next(line for line in lines() if line["level"] == "error")
    assert told["route"] == "students/<uuid:public_id>/"
    assert told["error"] == ["django.db.utils.IntegrityError", "builtins.ValueError"]
    assert any("breaks" in frame for frame in told["frames"])
    assert CANARY not in json.dumps(lines())


def test_of_libraries_only_the_sentence_as_it_was_written(lines):
    logging.getLogger("library").warning("could not read %s", CANARY)
    logging.getLogger("library").warning(f"could not read {CANARY}")
    logging.getLogger("heartwork.imports").warning("import %s stopped", 7)
    events = [line["event"] for line in lines()]
    assert events == ["could not read %s", "", "import 7 stopped"]


def test_each_request_is_a_line(ruth, lines):
    ruth.get("/")
    told = next(line for line in lines() if line["logger"] == "heartwork.requests")
    assert (told["method"], told["route"], told["status"]) == ("GET", "", 200)
    assert told["ms"] >= 0
    assert told["at"].endswith("+00:00")
