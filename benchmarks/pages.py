"""How long pages take for a principal and a teacher, beside a bare view, in one interleaved run.

    HEARTWORK_DATA=/path/to/a/district python -m benchmarks.pages --day 2026-02-24 [--rounds 200] [--processor]

The database must hold an imported district (see benchmarks/imports.py), and the day lie in its school year. Starts the
product, and two reference views beside it, on loopback, asks for each page in turn, round after round, and prints
medians, their ratios to the references of the same run, and the number of queries of each page.

With `--processor` it asks in this process, and counts milliseconds of a processor (lower quartiles): steadier where
others use the machine. `--without-trust` asks for a student's page alone, in turn as it is and without what keeps it
safe: nothing written in the journal, and nobody asked whether they reach the student.
"""

import argparse
import contextlib
import datetime
import functools
import http.client
import io
import logging
import os
import random
import socket
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any
from unittest import mock

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

from benchmarks.site import application, travel
from heartwork.roster import access
from heartwork.roster.models import Assignment, StaffMember, Student, on_day

with socket.create_server(("127.0.0.1", 0)) as _free:
    PORT = _free.getsockname()[1]  # another run may be going on
ROLES = ("principal", "teacher")
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


def processor(url: str, cookie: str) -> float:
    """Milliseconds of a processor for a page asked in this process, its database included, from question to close."""
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": url, "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    environ |= {"HTTP_HOST": "localhost", "HTTP_COOKIE": cookie, "wsgi.url_scheme": "http"}
    statuses: list[str] = []
    started = time.process_time()
    answer = application(environ | {"wsgi.input": io.BytesIO()}, lambda status, headers: statuses.append(status))
    b"".join(answer)
    answer.close()
    took = time.process_time() - started
    if statuses != ["200 OK"]:
        raise SystemExit(f"{url} answered {statuses}.")
    return took * 1000


def lower_quartile(values: list[float]) -> float:
    """What a quarter of the values lie under: on a shared machine the rest is somebody else's."""
    return statistics.quantiles(values, n=4)[0]


def without_trust(person: StaffMember, one: uuid.UUID, day: datetime.date, *, who_sees: bool) -> contextlib.ExitStack:
    """A while in which this process asks for a student's page without journal and access, and shows the same page.

    Nothing is written in the journal; what the person may do is known beforehand, and every student is there for them.
    who_sees: also who else sees the student, which the page tells, is known beforehand.
    """
    held, student = access.assignments_on(person, day), Student.objects.get(public_id=one)
    stand_ins: dict[str, Callable[..., Any]] = {
        "actions.note": lambda *args, **more: None,
        "access.assignments_on": lambda viewer, day=None: held,
        "access.visible_to": lambda viewer, day=None: Student.objects.all(),
        "access.reached_among": lambda viewer, students, day=None: {each.pk for each in students},
    }
    if who_sees:
        reasons = access.who_sees(student, day)
        stand_ins["access.who_sees"] = lambda student, day=None, staff=None: reasons
    with contextlib.ExitStack() as stack:
        for name, stand_in in stand_ins.items():
            stack.enter_context(mock.patch(f"heartwork.roster.{name}", stand_in))
        return stack.pop_all()


def measure_trust(day: datetime.date, rounds: int) -> None:
    """Print how much longer a student's page takes with journal and access than without."""
    print("| who | ms of a processor | x without journal and access | x and without who else sees |\n|" + " --- |" * 4)
    for role in ROLES:
        person = someone(role, day)
        cookie, one = sign_in(person), access.visible_to(person, day).order_by("pk")[0].public_id
        times: list[list[float]] = [[], [], []]
        for turn in range(rounds + 10):
            row = [processor(f"/students/{one}/", cookie)]
            for who_sees in (False, True):
                with without_trust(person, one, day, who_sees=who_sees):
                    row.append(processor(f"/students/{one}/", cookie))
            if turn >= 10:
                for values, value in zip(times, row, strict=True):
                    values.append(value)
        whole, *less = [lower_quartile(values) for values in times]
        print(f"| {role} | {whole:.1f} | {' | '.join(f'{whole / each:.2f}' for each in less)} |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--day", type=datetime.date.fromisoformat, default=timezone.localdate())
    parser.add_argument("--processor", action="store_true", help="ask in this process, by the time of a processor")
    parser.add_argument("--without-trust", action="store_true", help="a student's page with and without what guards it")
    options = parser.parse_args()
    day = options.day
    travel(day)
    if options.processor or options.without_trust:
        logging.disable(logging.INFO)  # a line for each request, on a terminal that would be measured, too
    if options.without_trust:
        measure_trust(day, options.rounds)
        return
    pages: list[tuple[str, str, str]] = []
    for role in ROLES:
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

    with contextlib.ExitStack() as ends:
        asking, middle = processor, lower_quartile
        if not options.processor:
            server = serve(day)
            ends.callback(server.wait, 20)
            ends.callback(server.terminate)
            asking, middle = functools.partial(ask, http.client.HTTPConnection("127.0.0.1", PORT)), statistics.median
        times: dict[tuple[str, str], list[float]] = {(role, url): [] for role, url, _ in pages}
        bare: dict[str, list[float]] = {url: [] for url in REFERENCES}
        for turn in range(options.rounds + 10):
            asked = {url: asking(url, "") for url in REFERENCES}
            row = {(role, url): asking(url, cookie) for role, url, cookie in pages}
            if turn >= 10:
                for url, value in asked.items():
                    bare[url].append(value)
                for key, value in row.items():
                    times[key].append(value)
    bases = [middle(values) for values in bare.values()]
    names = " | ".join(f"x {name} ({base:.2f} ms)" for name, base in zip(REFERENCES.values(), bases, strict=True))
    print(f"\n| who | page | queries | ms | {names} |\n| --- | --- | --- | --- |{' --- |' * len(bases)}")
    for (role, url), values in times.items():
        name = url if len(url) < 40 else "/students/<one>/"
        took = middle(values)
        ratios = " | ".join(f"{took / base:.1f}" for base in bases)
        print(f"| {role} | {name} | {queries[role, url]} | {took:.2f} | {ratios} |")


if __name__ == "__main__":
    main()
