"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns also line up for people who read it raw."""
    widths = [max(len(line[place]) for line in (heads, *rows)) for place in range(len(heads))]

    def line(cells: Sequence[str]) -> str:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        return f"| {' | '.join(padded)} |"

    return "\n".join(
        [line(heads), f"|{'|'.join('-' * (w + 2) for w in widths)}|", *map(line, rows)]
    )


def pair(figures: Mapping[str, float], share: str = "p99_ms") -> str:
    """p50 and another percentile."""
    return f"{figures['p50_ms']:.1f} / {figures[share]:.1f}"
