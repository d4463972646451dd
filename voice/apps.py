"""The phone: calls through VAPI, speech in and out.

Above `conversations`, which holds the brain both channels share; below `whatsapp`, which may
use this floor's speech for voice notes.
"""

from django.apps import AppConfig


class VoiceConfig(AppConfig):
    name = "voice"
    verbose_name = "Phone calls"
