from django.urls import path

from whatsapp.webhooks import WhatsAppWebhook

urlpatterns = [path("webhook", WhatsAppWebhook.as_view(), name="whatsapp-webhook")]
