"""The fence of a lane: proof, inside each writing transaction, that nobody has overtaken us."""

from dataclasses import dataclass

from django.db import connection

from hampstead.core.errors import FencedOutError


@dataclass(frozen=True)
class LaneHold:
    """The right to write in a lane, as long as nobody has raised the fence since."""

    key: str
    fence: int
    wakes: int
    request_id: str = ""

    def check(self) -> None:
        """Call inside each writing transaction. Raises FencedOutError if overtaken.

        Locks the lane's row until the transaction ends, so nobody can overtake in between.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT fence FROM core_lane WHERE key = %s FOR UPDATE", [self.key])
            row = cursor.fetchone()
        if row is None or row[0] != self.fence:
            raise FencedOutError(self.key)

    @property
    def row_id(self) -> int:
        """12 for "conversation:12"."""
        return int(self.key.partition(":")[2])
