from voice.admin.callbacks import CallbackAdmin
from voice.admin.calls import CallAdmin
from voice.admin.promises import HandedPromiseAdmin
from voice.admin.speech import PhraseAdmin, TranscriptionAdmin

__all__ = ["CallAdmin", "CallbackAdmin", "HandedPromiseAdmin", "PhraseAdmin", "TranscriptionAdmin"]
