"""A whole site in processes of its own, a browser that tries again, and a journal of what it was told."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path

PREPARE = """
import django, json
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from heartwork.testing.people import make_elmwood
from heartwork.roster.models import Assignment, Enrollment
here = make_elmwood()
Assignment.objects.update(end=None)
Enrollment.objects.update(end=None)
from django.conf import settings
from django.test import Client
browser = Client()
browser.force_login(here.ruth)
name = settings.SESSION_COOKIE_NAME
print(json.dumps([browser.cookies[name].value, name, str(here.maya.public_id)]))
"""

COUNT = """
import django, json
django.setup()
from heartwork.journal.models import Entry
from heartwork.roster.models import Strength
words = sorted(each.text for each in Strength.objects.all())
print(json.dumps([words, Entry.objects.filter(verb="strength.noted").count()]))
"""


class Site:
    """`heartwork serve` on a data folder and a database, which can be killed."""

    def __init__(self, folder: Path, address: str = "", **environment: str) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HEARTWORK_", "DJANGO_"))}
        self.environment = kept | {"HEARTWORK_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "heartwork.config.settings"}
        self.environment |= environment | ({"HEARTWORK_DATABASE_URL": address} if address else {})
        self.process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def prepare(self) -> None:
        """A district with a counselor who is signed in, and a student."""
        said = self.run(PREPARE)
        self.session, self.cookie, self.student = json.loads(said)

    def run(self, script: str) -> str:
        """A script of Python in this site; its last line."""
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip().splitlines()[-1]

    def start(self) -> None:
        command = [sys.executable, "-m", "heartwork.config.cli", "serve", "--port", str(self.port), "--workers", "2"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def wait(self, patience: float = 90) -> float:
        """Until it answers; how many seconds that took."""
        began = time.monotonic()
        while time.monotonic() < began + patience:
            try:
                if self.ask("GET", "/health")[0] == 200:
                    return time.monotonic() - began
            except OSError:
                time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, timeout: float = 30) -> tuple[int, str]:
        """One request; its status and body. Raises OSError or HTTPException when there was no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        token = "a" * 32
        headers = (
            {"Cookie": f"{self.cookie}={self.session}; csrftoken={token}", "X-CSRFToken": token}
            if hasattr(self, "session")
            else {}
        )
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode("utf-8", "replace")
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def write(self, words: str, key: str, timeout: float = 30) -> int:
        """Say what Maya brings, as the form on her page does."""
        return self.ask("POST", f"/students/{self.student}/strengths/", {"text": words, "once": key}, timeout)[0]

    def written(self) -> tuple[list[str], int]:
        """What stands in the database: the words, and how many entries of the journal tell of them."""
        words, told = json.loads(self.run(COUNT))
        return words, told

    def processes(self) -> list[int]:
        """Every process of the site, the first one first."""
        assert self.process is not None
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                except (OSError, IndexError):
                    continue
                children.setdefault(parent, []).append(int(entry.name))
        found, waiting = [], [self.process.pid]
        while waiting:
            found.append(waiting.pop(0))
            waiting += children.get(found[-1], [])
        return found

    def answering(self) -> list[int]:
        """Granian, and behind it the processes that answer pages."""
        found = []
        for pid in self.processes()[1:]:
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes()
            except OSError:
                continue
            if (b"granian" in words or b"multiprocessing" in words) and b"resource_tracker" not in words:
                found.append(pid)
        return found

    def kill_all(self) -> None:
        """kill -9 of everything at once, as a power cut of this site."""
        for pid in self.processes():
            kill(pid)
        assert self.process is not None
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.kill_all()


def kill(pid: int) -> None:
    """At once, and whether it still lives or not."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class Clients:
    """Many people who each write one thing at their time, and send it again until they are told that it was saved."""

    def __init__(self, site: Site, number: int, seconds: float) -> None:
        self.site, self.number, self.seconds = site, number, seconds
        self.told: dict[str, int] = {}  # words -> how often it was sent until it was acknowledged
        self.took: list[float] = []  # seconds of each request that was answered
        self.unsaved: list[str] = []
        self.refused: dict[int, int] = {}  # status -> how often
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._one, args=(n,), daemon=True) for n in range(number)]

    def begin(self) -> None:
        self.began = time.monotonic()
        for thread in self.threads:
            thread.start()

    def end(self, patience: float) -> None:
        until = time.monotonic() + patience
        for thread in self.threads:
            thread.join(max(0, until - time.monotonic()))

    def _one(self, n: int) -> None:
        time.sleep(n * self.seconds / self.number)
        words, key = f"answer {n:04}", f"key-of-client-{n:08}"
        for attempt in range(1, 1000):
            began = time.monotonic()
            try:
                status = self.site.write(words, key, timeout=60)
            except OSError:
                status = 0
            if status == 302:
                with self.lock:
                    self.told[words] = attempt
                    self.took.append(time.monotonic() - began)
                return
            if status:
                with self.lock:
                    self.refused[status] = self.refused.get(status, 0) + 1
            time.sleep(min(0.3 * attempt, 3))  # a site that comes up is not trampled down
        with self.lock:
            self.unsaved.append(words)
