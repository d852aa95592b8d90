"""The watcher's page: database, disk and worker."""

import datetime
import shutil
from collections import namedtuple

import pytest
from django.db import OperationalError
from django.utils import timezone

from heartwork.once import views
from heartwork.once.models import Beat

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")


def test_all_is_well_when_a_worker_was_heard_of(client):
    Beat.objects.create(worker="one", at=timezone.now())
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "disk": "ok", "worker": "ok"}


def test_a_silent_worker_asks_for_a_look(client):
    Beat.objects.create(worker="one", at=timezone.now() - datetime.timedelta(minutes=3))
    response = client.get("/health")
    assert (response.status_code, response.json()["worker"], response.json()["status"]) == (200, "look", "look")


@pytest.mark.parametrize(("free", "disk", "code"), [(10**6, "wrong", 503), (10**8, "look", 200)])
def test_a_full_disk_is_told(client, monkeypatch, free, disk, code):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 0, free))
    response = client.get("/health")
    assert (response.status_code, response.json()["disk"]) == (code, disk)


def test_a_database_that_does_not_answer_is_told(client, monkeypatch):
    class Silent:
        def cursor(self):
            raise OperationalError("gone")

    monkeypatch.setattr(views, "connection", Silent())
    response = client.get("/health")
    assert (response.status_code, response.json()["database"]) == (503, "wrong")
