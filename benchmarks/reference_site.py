"""The bare view that pages are compared with: one query of 25 rows and a template, no middleware, no sign-in."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heartwork.config.settings")

import django
from django.conf import settings

django.setup()
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = "benchmarks.reference_site"

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from heartwork.roster.models import Student

TEMPLATE = engines["django"].from_string(
    "<!doctype html><html lang='en'><title>Reference</title><ul>"
    "{% for student in students %}<li><a href='/{{ student.public_id }}'>{{ student.given_name }} "
    "{{ student.family_name }}</a> {{ student.grade }}</li>"
    "{% endfor %}</ul></html>"
)


def reference(request: HttpRequest) -> HttpResponse:
    """Twenty-five students by name, and nothing else."""
    students = Student.objects.order_by("family_name", "given_name", "pk")[:25]
    return HttpResponse(TEMPLATE.render({"students": students}))


urlpatterns = [path("reference", reference)]
application = WSGIHandler()
