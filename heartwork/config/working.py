"""The worker for long work: the library's, with a lease on each task; work whose worker died is taken up again.

A worker says every few seconds that it lives. A task that runs under a worker not heard of for LEASE seconds is put
back into the queue; one that was put back TRIES times is given up, for it may be what ends the workers. So a task may
begin more than once: what it does must be done once all the same (`once.effects`, or a state that it looks at first).
"""

import datetime
import secrets
import threading
import time

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from heartwork.once.models import Beat

BEAT = 10  # seconds
LEASE = 60  # seconds
TRIES = 5


class LeasedWorker(Worker):
    """Takes up what workers that died had begun, and says that it lives."""

    def __init__(self, *, interval: float = 1, batch: bool = False, lease: float = LEASE) -> None:
        super().__init__(
            queue_names=["*"],
            interval=interval,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=secrets.token_hex(16),
            excluded_queue_names=[],
        )
        self.lease = datetime.timedelta(seconds=lease)
        self.ended = threading.Event()

    def run(self) -> None:
        """Work until told to stop."""
        beat_once(self.worker_id)
        heart = threading.Thread(target=self._beat, daemon=True)
        heart.start()
        try:
            super().run()
        finally:
            self.ended.set()
            heart.join(BEAT)
            Beat.objects.filter(worker=self.worker_id).delete()

    def _beat(self) -> None:
        """In a thread of its own, for a task may take an hour."""
        every = min(BEAT, self.lease.total_seconds() / 4)
        while not self.ended.wait(every):
            try:
                close_old_connections()
                beat_once(self.worker_id)
                take_back(self.lease)
            except DatabaseError:
                time.sleep(every)  # the next beat tries again; a worker that cannot reach the database does no work
        connection.close()


def beat_once(worker: str) -> None:
    """Write down that this worker lives."""
    Beat.objects.update_or_create(worker=worker, defaults={"at": timezone.now()})


def take_back(lease: datetime.timedelta) -> int:
    """Put the tasks of workers not heard of for so long back into the queue; how many."""
    now = timezone.now()
    with exclusive_transaction(connection.alias):
        alive = set(Beat.objects.filter(at__gt=now - lease).values_list("worker", flat=True))
        running = DBTaskResult.objects.running().filter(started_at__lt=now - lease).select_for_update()
        left = [task for task in running if not alive.intersection(task.worker_ids[-1:])]
        for task in left:
            if len(task.worker_ids) >= TRIES:
                task.status, task.finished_at = "FAILED", now
                task.exception_class_path = "heartwork.config.working.WorkersEnded"
            else:
                task.status, task.started_at = "READY", None
            task.save(update_fields=["status", "started_at", "finished_at", "exception_class_path"])
        Beat.objects.filter(at__lt=now - 10 * lease).delete()
    return len(left)


def work() -> None:
    """Work until SIGTERM; what is under way ends first."""
    worker = LeasedWorker()
    worker.configure_signals()
    worker.run()
