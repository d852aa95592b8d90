"""What `benchmarks.pages` asks: the product, and beside it two views to compare its pages with, on a day of our choice.

Both ask for the same 25 students and show them in a template. One is bare: a list and nothing else. The other stands in
the frame of every page (head, places, icons), which tells how much of a page is the frame. Nobody signs in to either.
"""

import datetime
import os
import zoneinfo

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heartwork.config.settings")

import django
import time_machine
from django.conf import settings

django.setup()
settings.ROOT_URLCONF = "benchmarks.site"

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from heartwork.roster.models import Student


def travel(day: datetime.date) -> None:
    """Let it be ten in the morning of that day, in this process, from now on; the clock goes on."""
    moment = datetime.datetime.combine(day, datetime.time(10), zoneinfo.ZoneInfo(settings.TIME_ZONE))
    time_machine.travel(moment, tick=True).start()


if day := os.environ.get("HEARTWORK_BENCHMARK_DAY"):
    travel(datetime.date.fromisoformat(day))

ROWS = (
    "<h1>Students</h1><ul>{% for student in students %}<li><a href='{% url 'student' student.public_id %}'>"
    "{{ student.name }}</a> {{ student.grade }}</li>{% endfor %}</ul>"
)
BARE = engines["django"].from_string(f"<!doctype html><html lang='en'><title>Students</title>{ROWS}</html>")
FRAMED = engines["django"].from_string(
    "{% extends 'web/base.html' %}{% block title %}Students{% endblock %}{% block main %}" + ROWS + "{% endblock %}"
)


def bare(request: HttpRequest) -> HttpResponse:
    """Twenty-five students by name, and nothing else."""
    students = Student.objects.order_by("family_name", "given_name", "pk")[:25]
    return HttpResponse(BARE.render({"students": students}, request))


def framed(request: HttpRequest) -> HttpResponse:
    """The same, in the frame of every page."""
    students = Student.objects.order_by("family_name", "given_name", "pk")[:25]
    return HttpResponse(FRAMED.render({"students": students}, request))


for view in (bare, framed):
    view.public = "Nobody signs in to a view that shows what the least of views costs."  # type: ignore[attr-defined]

urlpatterns = [path("bare", bare), path("framed", framed), path("", include("heartwork.config.urls"))]
application = WSGIHandler()
