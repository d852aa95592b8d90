"""The bare view that pages are compared with: one query of 25 rows in a template of the same frame, no sign-in."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heartwork.config.settings")

import django
from django.conf import settings

django.setup()
settings.ROOT_URLCONF = "benchmarks.reference_site"

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from heartwork.roster.models import Student

TEMPLATE = engines["django"].from_string(
    "{% extends 'web/base.html' %}{% block title %}Reference{% endblock %}{% block main %}<h1>Students</h1><ul>"
    "{% for student in students %}<li><a href='{% url 'student' student.public_id %}'>{{ student.name }}</a> "
    "{{ student.grade }}</li>{% endfor %}</ul>{% endblock %}"
)


def reference(request: HttpRequest) -> HttpResponse:
    """Twenty-five students by name, and nothing else."""
    students = Student.objects.order_by("family_name", "given_name", "pk")[:25]
    return HttpResponse(TEMPLATE.render({"students": students}, request))


reference.public = "Nobody signs in to a view that shows what the least of views costs."  # type: ignore[attr-defined]

urlpatterns = [path("reference", reference), path("", include("heartwork.config.urls"))]
application = WSGIHandler()
