"""How long pages take for a principal and a teacher, beside a bare view, in one interleaved run.

    HEARTWORK_DATA=/path/to/a/district python -m benchmarks.pages --day 2026-02-24 [--rounds 200]

The database must hold an imported district (see benchmarks/imports.py), and the day lie in its school year. Starts the
product, and two reference views beside it, on loopback, asks for each page in turn, round after round, and prints
medians, their ratios to the references of the same run, and the number of queries of each page.
"""

import argparse
import datetime
import http.client
import os
import random
import socket
import statistics
import subprocess
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heartwork.config.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.site import travel
from heartwork.roster import access
from heartwork.roster.models import Assignment, StaffMember, on_day

with socket.create_server(("127.0.0.1", 0)) as _free:
    PORT = _free.getsockname()[1]  # another run may be going on
REFERENCES = {"/bare": "the bare view", "/framed": "the same in our frame"}


def someone(role: str, day: datetime.date) -> StaffMember:
    """A staff member with this role who reaches a usual number of students."""
    rows = Assignment.objects.filter(on_day(day), role=role, staff__is_active=True)
    if role == "teacher":
        rows = rows.filter(section__isnull=False)
    picks = list(rows.values_list("staff", flat=True).order_by("pk")[:4000])
    for pk in random.Random(7).sample(picks, len(picks)):
        person = StaffMember.objects.get(pk=pk)
        if access.visible_to(person, day).exists():
            return person
    raise SystemExit(f"Nobody with the role {role} reaches a student on {day}. Import a district of this school year.")


def sign_in(person: StaffMember) -> str:
    """A session of this person, as the value of a Cookie header."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["begun"] = session["seen"] = int(time.time())
    session.save()
    return f"sessionid={session.session_key}"


def serve(day: datetime.date) -> subprocess.Popen[bytes]:
    """The site behind Granian with two workers, as `heartwork serve` runs it, answering as if it were that day."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT)]
    command += ["--workers", "2", "--blocking-threads", "1", "--no-access-log", "benchmarks.site:application"]
    process = subprocess.Popen(command, env=os.environ | {"HEARTWORK_BENCHMARK_DAY": day.isoformat()})
    for _ in range(1200):
        try:
            http.client.HTTPConnection("127.0.0.1", PORT, timeout=5).connect()
            return process
        except OSError:
            time.sleep(0.1)
    process.terminate()
    raise SystemExit("The site did not start.")


def ask(connection_: http.client.HTTPConnection, url: str, cookie: str) -> float:
    """Milliseconds from question to the last byte of the answer, which must be a page."""
    started = time.perf_counter()
    connection_.request("GET", url, headers={"Cookie": cookie, "Host": "localhost"})
    answer = connection_.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{url} answered {answer.status}.")
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--day", type=datetime.date.fromisoformat, default=timezone.localdate())
    options = parser.parse_args()
    day = options.day
    travel(day)
    pages: list[tuple[str, str, str]] = []
    for role in ("principal", "teacher"):
        person = someone(role, day)
        cookie = sign_in(person)
        students = access.visible_to(person, day)
        print(f"{role}: reaches {students.aggregate(n=Count('pk'))['n']} students")
        one = students.order_by("pk")[0].public_id
        urls = ["/", "/students/", f"/students/{one}/", "/supports/", "/supports/coverage/", "/supports/gaps/"]
        pages += [(role, url, cookie) for url in urls]

    queries = {}
    for role, url, cookie in pages:
        client = Client(HTTP_COOKIE=cookie, SERVER_NAME="localhost")
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        queries[role, url] = len(captured)

    server = serve(day)
    try:
        site = http.client.HTTPConnection("127.0.0.1", PORT)
        times: dict[tuple[str, str], list[float]] = {(role, url): [] for role, url, _ in pages}
        bare: dict[str, list[float]] = {url: [] for url in REFERENCES}
        for turn in range(options.rounds + 10):
            asked = {url: ask(site, url, "") for url in REFERENCES}
            row = {(role, url): ask(site, url, cookie) for role, url, cookie in pages}
            if turn >= 10:
                for url, value in asked.items():
                    bare[url].append(value)
                for key, value in row.items():
                    times[key].append(value)
    finally:
        server.terminate()
        server.wait(20)
    bases = [statistics.median(values) for values in bare.values()]
    names = " | ".join(f"x {name} ({base:.2f} ms)" for name, base in zip(REFERENCES.values(), bases, strict=True))
    print(f"\n| who | page | queries | median ms | {names} |\n| --- | --- | --- | --- |{' --- |' * len(bases)}")
    for (role, url), values in times.items():
        name = url if len(url) < 40 else "/students/<one>/"
        middle = statistics.median(values)
        ratios = " | ".join(f"{middle / base:.1f}" for base in bases)
        print(f"| {role} | {name} | {queries[role, url]} | {middle:.2f} | {ratios} |")


if __name__ == "__main__":
    main()
