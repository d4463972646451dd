from voice.models.call import Call, CallLine
from voice.models.speech import Phrase, Transcription

__all__ = ["Call", "CallLine", "Phrase", "Transcription"]
