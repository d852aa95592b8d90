"""Two workers on two thousand tasks, and one of them killed again and again: each task has its effect once."""

import json
import os
import subprocess
import sys
import time

from tests.faults.site import kill

TASKS = int(os.environ.get("HEARTWORK_FAULT_TASKS", "2000"))
KILLS = 5
LEASE = 3  # seconds; a minute in use

ENQUEUE = """
import django
django.setup()
from django.db import transaction
from tests.faults.tasks import write_line
with transaction.atomic():
    for number in range({tasks}):
        write_line.enqueue(number)
print("enqueued")
"""

WORK = """
import django
django.setup()
from heartwork.config.working import LeasedWorker
worker = LeasedWorker(interval=0.05, lease={lease})
worker.configure_signals()
worker.run()
"""

COUNT = """
import django, json, collections
django.setup()
from django_tasks_db.models import DBTaskResult
from heartwork.journal.models import Entry
states = collections.Counter(DBTaskResult.objects.values_list("status", flat=True))
numbers = [entry.detail["number"] for entry in Entry.objects.filter(verb="fault.line")]
tries = max((len(task.worker_ids) for task in DBTaskResult.objects.only("worker_ids")), default=0)
print(json.dumps([states, len(numbers), len(set(numbers)), tries]))
"""


def test_each_of_two_thousand_tasks_has_its_effect_once(site, told):
    site.run(ENQUEUE.format(tasks=TASKS))
    command = [sys.executable, "-c", WORK.format(lease=LEASE)]

    def begin():
        return subprocess.Popen(command, env=site.environment)

    began = time.monotonic()
    steady, victim, kills = begin(), begin(), 0
    try:
        while time.monotonic() < began + 500:
            time.sleep(4)
            if kills < KILLS:
                kill(victim.pid)
                victim.wait()
                victim = begin()
                kills += 1
            states, lines, different, tries = json.loads(site.run(COUNT))
            if kills == KILLS and states.get("SUCCESSFUL", 0) == TASKS:
                break
    finally:
        for worker in (steady, victim):
            kill(worker.pid)
            worker.wait()
    again = (site.folder / "again").read_text().splitlines() if (site.folder / "again").exists() else []
    told(tasks=TASKS, kills=kills, states=states, effects=lines, different=different, begun_at_most=tries,
         found_done=len(again), seconds=round(time.monotonic() - began))  # fmt: skip
    assert states == {"SUCCESSFUL": TASKS}
    assert lines == different == TASKS
