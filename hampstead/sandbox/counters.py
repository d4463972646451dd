from collections import Counter


class Counters:
    """Ids that come out the same in every run: msg_000001, msg_000002, ..."""

    def __init__(self, run_id: str = "") -> None:
        self._run_id = run_id
        self._counts: Counter[str] = Counter()

    def next(self, prefix: str) -> str:
        self._counts[prefix] += 1
        return f"{prefix}{self._run_id}{self._counts[prefix]:06d}"

    def clear(self) -> None:
        self._counts.clear()
