from voice.models.call import Call, CallLine
from voice.models.callback import Callback
from voice.models.recording import Recording, RecordingObjection
from voice.models.speech import Phrase, Transcription

__all__ = [
    "Call",
    "CallLine",
    "Callback",
    "Phrase",
    "Recording",
    "RecordingObjection",
    "Transcription",
]
