"""Every address of the product: each room's own, in the order of the rooms."""

from importlib.util import find_spec

from django.urls import include, path

from heartwork.config.rooms import ROOMS

urlpatterns = [path("", include(f"heartwork.{room}.urls")) for room in ROOMS if find_spec(f"heartwork.{room}.urls")]

handler404 = "heartwork.web.views.not_found"
handler429 = "heartwork.web.views.too_many"
handler500 = "heartwork.web.views.broken"
