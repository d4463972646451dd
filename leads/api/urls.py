from django.urls import path, register_converter
from django.urls.converters import IntConverter
from drf_spectacular.views import SpectacularAPIView
from rest_framework.authentication import SessionAuthentication, TokenAuthentication

from leads.api.permissions import MayReadSchema
from leads.api.views import AvailabilityView, BookingsView, BookingView


class IdConverter(IntConverter):
    """No longer than the database's own: others are simply not there."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")
description = SpectacularAPIView.as_view(
    authentication_classes=(TokenAuthentication, SessionAuthentication),
    permission_classes=(MayReadSchema,),
)
urlpatterns = [
    path("calendar/availability", AvailabilityView.as_view(), name="api-availability"),
    path("calendar/bookings", BookingsView.as_view(), name="api-bookings"),
    path("calendar/bookings/<id:survey_id>", BookingView.as_view(), name="api-booking"),
    path("schema", description, name="api-schema"),
]
