from django.urls import path

from voice.api import Synthesize, Transcribe

urlpatterns = [
    path("transcribe", Transcribe.as_view(), name="voice-transcribe"),
    path("synthesize", Synthesize.as_view(), name="voice-synthesize"),
]
