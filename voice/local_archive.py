"""Recordings as files in a folder of this server. Named in settings.STORAGES."""

from pathlib import Path
from uuid import uuid4

from django.core.files.storage import FileSystemStorage

from hampstead.core.errors import StorageError


class LocalArchive(FileSystemStorage):
    """Raises StorageError. What is half written has another name, so it is never played."""

    def keep(self, key: str, content: bytes, media_type: str) -> None:
        try:
            place = Path(self.path(key))
            place.parent.mkdir(parents=True, exist_ok=True)
            draft = place.with_name(f".{place.name}.{uuid4().hex}")
            draft.write_bytes(content)
            draft.chmod(0o600)
            draft.replace(place)
        except OSError as error:
            raise _failed(error) from error

    def piece(self, key: str, start: int, length: int) -> bytes:
        try:
            with Path(self.path(key)).open("rb") as file:
                file.seek(start)
                return file.read(length)
        except OSError as error:
            raise _failed(error) from error

    def forget(self, key: str) -> None:
        try:
            Path(self.path(key)).unlink(missing_ok=True)
        except OSError as error:
            raise _failed(error) from error


def _failed(error: OSError) -> StorageError:
    return StorageError(f"local folder: {error.strerror or type(error).__name__}")
