"""How soon 200 screens show another stage, in 20 meetings at once, and whether any of them misses one.

    python -m benchmarks.meetings [--minutes 10] [--meetings 20] [--people 10] [--workers 2]

A new SQLite database with the meetings' people, served by `heartwork serve` on loopback. Each person is one screen, as
`meetings/static/meetings/meeting.js` is one: it follows the stream of its meeting and, told that something changed,
asks for the page; it has followed when that page is there. Meanwhile everybody writes: words alone every
twenty seconds, and now and then a line for all. Each meeting goes to another stage once a minute, one meeting after the
other. Counted: seconds from the tap of who leads to each screen that shows it, what was never shown, answers other than
pages, and the memory of all the site's processes, every ten seconds.
"""

import argparse
import asyncio
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid
from dataclasses import dataclass, field

from heartwork.web.stream import BACK_AFTER

with socket.create_server(("127.0.0.1", 0)) as _free:
    PORT = _free.getsockname()[1]
BETWEEN = 60  # seconds between two stages of one meeting
WRITES_EVERY = 20  # seconds between two pauses in typing of one person
LINE_IN = 10  # of so many pauses, one is a line for all
STAGES = ["revealed", "discussed", "decided", "discussed"]  # there, and back, as often as there is time
TOKEN = "t" * 32  # that a form came from our page
GIVE_UP = 30  # seconds after which a screen that does not show a stage has missed it


@dataclass
class Screen:
    """One person's screen."""

    cookie: str
    address: str
    prompt: str
    changes: str = ""
    stage: str = "alone"
    shown: dict[str, float] = field(default_factory=dict)  # which number of stage -> when its page was there
    news: asyncio.Event = field(default_factory=asyncio.Event)
    told: dict[str, str] = field(default_factory=dict)


@dataclass
class Seen:
    """What is counted."""

    waits: list[float] = field(default_factory=list)
    missed: int = 0
    pages: int = 0
    saved: int = 0
    lines: int = 0
    troubles: dict[str, int] = field(default_factory=dict)
    streams: int = 0

    def trouble(self, what: str) -> None:
        """Something that is no page."""
        self.troubles[what] = self.troubles.get(what, 0) + 1


async def ask(screen: Screen, path: str, fields: dict[str, str] | None = None, **more: str) -> tuple[int, str]:
    """One request on a connection of its own, to read or with fields to change something: the status and the body."""
    head = ["Host: localhost", f"Cookie: {screen.cookie}; csrftoken={TOKEN}", f"X-CSRFToken: {TOKEN}"]
    head += ["Connection: close", *(f"{name}: {value}" for name, value in more.items())]
    body = b""
    if fields:
        body = urllib.parse.urlencode(fields | {"once": uuid.uuid4().hex}).encode()
        head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    writer.write("\r\n".join([f"{'POST' if fields else 'GET'} {path} HTTP/1.1", *head, "", ""]).encode() + body)
    try:
        whole = await reader.read(-1)
    finally:
        writer.close()
    status = int(whole.split(b" ", 2)[1]) if whole else 0
    return status, whole.partition(b"\r\n\r\n")[2].decode(errors="replace")


async def show(screen: Screen, seen: Seen) -> None:
    """Ask for the meeting's page, as the screen does when it hears that something changed; and read it."""
    status, page = await ask(screen, screen.address)
    seen.pages += 1
    found = re.search(r'data-meeting="(\d+)"[^>]*data-stage="(\w+)"', page)
    if status != 200 or not found:
        seen.trouble(f"page {status}")
        return
    screen.changes, screen.stage = found[1], found[2]
    screen.shown[screen.changes] = time.monotonic()
    if version := re.search(r'name="version" value="(\d+)"', page):
        screen.told["version"] = version[1]


async def follow(screen: Screen, seen: Seen) -> None:
    """The stream of a meeting; closed by the server every five minutes, it is opened again, as a browser does."""
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        head = f"GET {screen.address}stream/ HTTP/1.1\r\nHost: localhost\r\nCookie: {screen.cookie}\r\n"
        head += "Connection: close\r\n\r\n"  # a browser knows by itself where an answer ends
        writer.write(head.encode())
        seen.streams += 1
        try:
            while line := await reader.readline():
                if found := re.match(rb"data: (\{.*\})", line):
                    screen.told |= {name: str(value) for name, value in json.loads(found[1]).items()}
                    screen.news.set()
        except OSError:
            seen.trouble("stream broke")
        finally:
            writer.close()
        await asyncio.sleep(BACK_AFTER)


async def keep_up(screen: Screen, seen: Seen) -> None:
    """What is heard is asked for, one page at a time, as `follow` in meeting.js does."""
    while True:
        await screen.news.wait()
        screen.news.clear()
        if screen.told["changes"] != screen.changes or screen.told["stage"] != screen.stage:
            await show(screen, seen)


async def write(screen: Screen, seen: Seen, until: float) -> None:
    """Words alone on each pause in typing, and now and then a line for all."""
    words = ""
    await asyncio.sleep(random.uniform(0, WRITES_EVERY))
    while time.monotonic() < until:
        words = (words + f" What I see at {time.monotonic():.0f}.")[-2000:]
        if screen.stage in ("discussed", "decided") and random.randrange(LINE_IN) == 0:
            await post(screen, seen, {"do": "write_down decision", "text": words[-200:]})
            seen.lines += 1
        else:
            version = screen.told.get("version", "0")
            fields = {"prompt": screen.prompt, "text": words, "version": version, "window": screen.cookie[-20:]}
            status, answer = await ask(screen, f"{screen.address}words/", fields, **{"X-Autosave": "1"})
            if status == 200:
                screen.told["version"] = str(json.loads(answer)["version"])
                seen.saved += 1
            else:
                seen.trouble(f"words {status}")
        await asyncio.sleep(random.uniform(0.5, 1.5) * WRITES_EVERY)


async def post(screen: Screen, seen: Seen, fields: dict[str, str]) -> None:
    """A button of the meeting."""
    status, _answer = await ask(screen, screen.address, fields)
    if status != 302:
        seen.trouble(f"{fields['do'].split()[0]} {status}")


async def lead(screens: list[Screen], seen: Seen, until: float, first: float) -> None:
    """One meeting goes from stage to stage, and each of its screens is waited for."""
    await asyncio.sleep(first)
    turn = 0
    while time.monotonic() < until:
        stage = STAGES[turn % len(STAGES)]
        turn += 1
        tapped = time.monotonic()
        await post(screens[0], seen, {"do": f"move {stage}"})
        waiting = list(screens)
        while waiting and time.monotonic() < tapped + GIVE_UP:
            await asyncio.sleep(0.01)
            for screen in list(waiting):
                there = [at for at in screen.shown.values() if at > tapped]
                if screen.stage == stage and there:
                    seen.waits.append(min(there) - tapped)
                    waiting.remove(screen)
        seen.missed += len(waiting)
        for screen in screens:
            screen.shown.clear()
        await asyncio.sleep(max(0, tapped + BETWEEN - time.monotonic()))


def memory_of(pid: int) -> float:
    """Megabytes of a process and all below it."""
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
    rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
    family = {pid}
    while more := {child for child, parent, _ in rows if parent in family} - family:
        family |= more
    return sum(rss for child, _, rss in rows if child in family) / 1024


async def run(meetings: list[list[Screen]], minutes: float, server: int) -> tuple[Seen, list[float]]:
    """All screens at once; what was seen, and the server's memory over time."""
    seen, memory = Seen(), []
    until = time.monotonic() + minutes * 60
    everyone = [screen for screens in meetings for screen in screens]
    for screen in everyone:
        await show(screen, seen)
    kept = [asyncio.create_task(each(screen, seen)) for screen in everyone for each in (follow, keep_up)]
    kept += [asyncio.create_task(write(screen, seen, until)) for screen in everyone]
    kept += [
        asyncio.create_task(lead(screens, seen, until, 20 + BETWEEN * number / len(meetings)))
        for number, screens in enumerate(meetings)
    ]
    while time.monotonic() < until + GIVE_UP / 2:
        memory.append(memory_of(server))
        await asyncio.sleep(10)
    for task in kept:
        task.cancel()
    return seen, memory


def prepare(meetings: int, people: int) -> list[list[Screen]]:
    """The district, and meetings in which everyone has a seat."""
    from django.utils import timezone

    from benchmarks.pages import sign_in
    from heartwork.meetings import actions
    from heartwork.roster.models import Assignment
    from heartwork.teams.actions import add_member, create_team
    from heartwork.testing.people import hire, make_elmwood

    here, today = make_elmwood(), timezone.localdate()
    prepared = []
    for number in range(meetings):
        staff = [
            hire(f"p{number:02}x{one:02} Example", "counselor", organization=here.elm, grades="06")
            for one in range(people)
        ]
        Assignment.objects.filter(staff__in=staff).update(begin=None, end=None)
        team = create_team(staff[0], name=f"Team {number}", organization=here.elm)
        for person in staff[1:]:
            add_member(staff[0], team=team, staff=person)
        meeting = actions.begin(staff[0], activity="reflect-outcomes", team=team, held_on=today, facilitator=staff[0])
        for person in staff[1:]:
            actions.sit_down(person, meeting=meeting)
        address = meeting.get_absolute_url()
        prepared.append([Screen(sign_in(person), address, "outcomes") for person in staff])
    return prepared


def main() -> None:
    """Prepare, serve, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--meetings", type=int, default=20)
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="heartwork-meetings-") as folder:
        os.environ |= {"HEARTWORK_DATA": folder, "HEARTWORK_SECRET_KEY": "only for measuring " * 4}
        from django.core.management import call_command
        from django.db import connection

        import benchmarks.site  # noqa: F401 – sets Django up

        call_command("migrate", verbosity=0)
        meetings = prepare(options.meetings, options.people)
        connection.close()
        command = [sys.executable, "-m", "heartwork.config.cli", "serve", "--port", str(PORT)]
        server = subprocess.Popen([*command, "--workers", str(options.workers)], stdout=subprocess.DEVNULL)
        try:
            asyncio.run(wait_for(meetings[0][0]))
            seen, memory = asyncio.run(run(meetings, options.minutes, server.pid))
        finally:
            server.terminate()
            server.wait(60)
    report(seen, memory)


async def wait_for(screen: Screen) -> None:
    """Until the site answers."""
    for _ in range(600):
        try:
            if (await ask(screen, screen.address))[0] == 200:
                return
        except OSError:
            pass
        await asyncio.sleep(0.2)
    raise SystemExit("The site did not start.")


def report(seen: Seen, memory: list[float]) -> None:
    """What was seen, as lines for benchmarks/README.md."""
    at = [statistics.quantiles(seen.waits, n=100)[cut - 1] for cut in (50, 95, 99)]
    print(f"{len(seen.waits):,} screens followed a stage; {seen.missed} missed one")
    print(f"seconds from tap to shown: middle {at[0]:.2f}, 95 % within {at[1]:.2f}, 99 % {at[2]:.2f}, ", end="")
    print(f"longest {max(seen.waits):.2f}")
    print(f"{seen.pages:,} pages, {seen.saved:,} saved words, {seen.lines:,} lines, {seen.streams:,} streams opened")
    print(f"troubles: {seen.troubles or 'none'}")
    fifth = max(1, len(memory) // 5)
    print("memory of all processes, MB, by fifths of the time:", end=" ")
    print(", ".join(f"{statistics.median(memory[n : n + fifth]):.0f}" for n in range(0, fifth * 5, fifth)))


if __name__ == "__main__":
    main()
