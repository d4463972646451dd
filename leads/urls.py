from django.urls import path

from leads.webhooks import MicrosoftWebhook

urlpatterns = [path("webhook", MicrosoftWebhook.as_view(), name="microsoft-webhook")]
