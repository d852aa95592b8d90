"""Several processes write in one SQLite file while two others link the journal: nothing is lost or linked twice."""

import subprocess
import sys

WRITES = """
import django; django.setup()
from django.db import transaction
from heartwork.journal.actions import note
for number in range(40):
    with transaction.atomic():
        note(None, "student.seen", number=number)
        if number % 4 == 3:
            transaction.set_rollback(True)
"""
LINKS = """
import django; django.setup()
from heartwork.journal.chain import link_waiting
for _ in range(30):
    link_waiting()
"""
LOOKS = """
import django; django.setup()
from heartwork.journal import chain
from heartwork.journal.models import Entry
chain.link_waiting()
found = chain.verify()
print(found.links, Entry.objects.filter(verb="student.seen").count(), found.waiting, found.breaks)
"""


def test_many_write_and_two_link_at_the_same_time(installation):
    environment = installation.environment | {"DJANGO_SETTINGS_MODULE": "heartwork.config.settings"}

    def run(code):
        return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)

    running = [run(code) for code in (WRITES, WRITES, WRITES, LINKS, LINKS)]
    assert [each.wait(timeout=120) for each in running] == [0] * 5
    links, written, waiting, breaks = run(LOOKS).communicate(timeout=60)[0].strip().split(" ", 3)
    assert (written, waiting, breaks) == ("90", "0", "[]")
    assert int(links) >= 90  # and what setup wrote before
