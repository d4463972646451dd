from voice.admin.calls import CallAdmin
from voice.admin.speech import PhraseAdmin, TranscriptionAdmin

__all__ = ["CallAdmin", "PhraseAdmin", "TranscriptionAdmin"]
