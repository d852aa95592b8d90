"""Long work whose worker died is taken up again, and a task that ends its workers is given up."""

import datetime

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from heartwork.config.working import TRIES, LeasedWorker, take_back
from heartwork.once.effects import DoneAlready, effect
from heartwork.once.models import Beat, Effect

pytestmark = [pytest.mark.data, pytest.mark.django_db]
LEASE = datetime.timedelta(seconds=60)


def running(worker, *before, ago=120):
    return DBTaskResult.objects.create(
        status="RUNNING",
        args_kwargs={"args": [], "kwargs": {}},
        task_path="heartwork.roster.imports.tasks.read_import",
        worker_ids=[*before, worker],
        started_at=timezone.now() - datetime.timedelta(seconds=ago),
        run_after=timezone.now(),
        backend_name="default",
        exception_class_path="",
        traceback="",
    )


def heard(worker, ago):
    Beat.objects.create(worker=worker, at=timezone.now() - datetime.timedelta(seconds=ago))


def state(task):
    task.refresh_from_db()
    return task.status


def test_a_task_of_a_worker_that_was_not_heard_of_goes_back_into_the_queue():
    of_dead, of_unknown, of_living, new = running("dead"), running("unknown"), running("living"), running("late", ago=5)
    heard("dead", 90)
    heard("living", 5)
    assert take_back(LEASE) == 2
    assert [state(task) for task in (of_dead, of_unknown, of_living, new)] == ["READY", "READY", "RUNNING", "RUNNING"]
    assert take_back(LEASE) == 0


def test_a_task_that_was_begun_again_belongs_to_its_last_worker():
    task = running("living", "dead")
    heard("living", 5)
    take_back(LEASE)
    assert state(task) == "RUNNING"


def test_a_task_that_ended_every_worker_is_given_up():
    task = running("last", *(f"worker {n}" for n in range(TRIES - 1)))
    take_back(LEASE)
    assert state(task) == "FAILED"
    assert task.exception_class_path == "heartwork.config.working.WorkersEnded"


def test_a_worker_says_that_it_lives_and_goodbye(monkeypatch):
    seen = []
    worker = LeasedWorker(batch=True)
    monkeypatch.setattr("heartwork.config.working.Worker.run", lambda self: seen.append(Beat.objects.count()))
    worker.run()
    assert seen == [1]
    assert not Beat.objects.exists()


def test_an_effect_is_had_once():
    with effect("mail 1"):
        pass
    with pytest.raises(DoneAlready), effect("mail 1"):
        pytest.fail("it was had already")


def test_an_effect_that_fails_may_be_had_later():
    with pytest.raises(OSError, match="mail"), effect("mail 2"):
        raise OSError("mail server away")
    assert not Effect.objects.exists()
    with effect("mail 2"):
        pass
    assert Effect.objects.count() == 1
