from django.urls import path

from voice.webhooks import VapiWebhook

urlpatterns = [path("webhook", VapiWebhook.as_view(), name="vapi-webhook")]
