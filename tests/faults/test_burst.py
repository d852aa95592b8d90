"""kill -9, twenty times, while six hundred people write within a minute: what was acknowledged is there, once."""

import os
import random
import time

from tests.faults.site import Clients, kill

WRITES = int(os.environ.get("HEARTWORK_FAULT_WRITES", "600"))
SECONDS = float(os.environ.get("HEARTWORK_FAULT_SECONDS", "60"))
KILLS = int(os.environ.get("HEARTWORK_FAULT_KILLS", "20"))
WHOLE = 5  # every so many kills the whole site goes, the others one of the two processes that answer


def test_every_acknowledged_write_of_a_burst_is_there_once(site, told):
    chance = random.Random(20)
    site.start()
    site.wait()
    clients = Clients(site, WRITES, SECONDS)
    clients.begin()
    whole = single = 0
    for number in range(1, KILLS + 1):
        at = clients.began + number * SECONDS / (KILLS + 1)
        time.sleep(max(0, at - time.monotonic()))
        if number % WHOLE == 0:
            site.kill_all()
            site.start()
            whole += 1
            continue
        until = time.monotonic() + 60
        while len(answering := site.answering()) < 2:  # it is still coming up from the last one
            assert time.monotonic() < until, (site.folder / "log").read_text()[-2000:]
            time.sleep(0.1)
        kill(chance.choice(answering[1:]))
        single += 1
    clients.end(patience=600)
    words, in_journal = site.written()
    quick = sorted(clients.took)
    told(
        engine="postgresql" if "HEARTWORK_DATABASE_URL" in site.environment else "sqlite",
        writes=WRITES, acknowledged=len(clients.told), rows=len(words), twice=len(words) - len(set(words)),
        lost=len(set(clients.told) - set(words)), sent_again=sum(times - 1 for times in clients.told.values()),
        killed_whole=whole, killed_single=single, p50=round(quick[len(quick) // 2], 3),
        p95=round(quick[len(quick) * 95 // 100], 3),
        refused=clients.refused,
    )  # fmt: skip
    assert not clients.unsaved
    assert len(clients.told) == WRITES
    assert set(words) == set(clients.told)
    assert len(words) == len(set(words)) == in_journal
