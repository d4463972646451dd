"""Where recordings lie: the store of the settings, and a folder here while that one is away.

The stores are Django's, by their names in settings.STORAGES, and are opened late: that of S3 brings
an SDK along which no page and no command but these need.
"""

from typing import Protocol, cast

from django.core.files.storage import storages

from voice.models import Recording

Store = Recording.Store


class Archive(Protocol):
    """What both stores do. All raise StorageError, E010."""

    def keep(self, key: str, content: bytes, media_type: str) -> None: ...
    def piece(self, key: str, start: int, length: int) -> bytes: ...
    def forget(self, key: str) -> None: ...


def archive(store: str) -> Archive:
    return cast(Archive, storages[store])
