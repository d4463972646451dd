"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from hampstead.core import health, metrics

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("leads.api.urls")),
    path("microsoft/", include("leads.urls")),
    path("api/v1/voice/", include("voice.urls")),
    path("vapi/", include("voice.hooks")),
    path("whatsapp/", include("whatsapp.urls")),
    path("health", health.health, name="health"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics.metrics, name="metrics"),
]
