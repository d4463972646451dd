"""The model catalogue as the vendor lists it in November 2026."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SMALL_CONTEXT = ("claude-haiku-4-5", "claude-opus-4-5", "claude-sonnet-4-5")
ACTIVE = (
    "claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5", "claude-fable-5-2",
    "claude-mythos-5-2", "claude-fable-5-1", "claude-mythos-5-1", "claude-sonnet-5",
    "claude-fable-5", "claude-mythos-5", "claude-opus-5", "claude-opus-4-8", "claude-opus-4-7",
    "claude-opus-4-6", "claude-sonnet-4-6", "claude-haiku-4-5", "claude-haiku-4-5-20251001",
    "claude-opus-4-5", "claude-opus-4-5-20251101",
)  # fmt: skip
DEPRECATED = ("claude-sonnet-4-5", "claude-sonnet-4-5-20250929")
RETIRED = ("claude-mythos-preview", "claude-sonnet-4-20250514", "claude-opus-4-20250514")
RETIRES_AT = {
    **dict.fromkeys(DEPRECATED, "2026-11-30T00:00:00Z"),
    **dict.fromkeys(RETIRED, "2026-06-15T00:00:00Z"),
    "claude-mythos-preview": "2026-06-30T00:00:00Z",
}


@dataclass(frozen=True)
class CatalogueModel:
    id: str
    lifecycle: str

    @property
    def callable(self) -> bool:
        return self.lifecycle != "retired"

    def to_json(self) -> dict[str, Any]:
        small = self.id.startswith(SMALL_CONTEXT)
        return {
            "type": "model",
            "id": self.id,
            "display_name": self.id.replace("-", " ").title(),
            "created_at": "2026-01-01T00:00:00Z",
            "lifecycle": self.lifecycle,
            "deprecated_at": None if self.lifecycle == "active" else "2026-05-01T00:00:00Z",
            "retires_at": RETIRES_AT.get(self.id),
            "line": self.id.split("-")[1],
            "max_input_tokens": 200_000 if small else 1_000_000,
            "max_tokens": 64_000 if small else 128_000,
            "capabilities": capabilities(current=not small),
        }


def capabilities(*, current: bool) -> dict[str, Any]:
    yes, maybe = {"supported": True}, {"supported": current}
    levels = ("low", "medium", "high", "xhigh", "max")
    return {
        "batch": yes,
        "citations": yes,
        "code_execution": yes,
        "context_management": yes,
        "image_input": yes,
        "pdf_input": yes,
        "server_tools": yes,
        "structured_outputs": yes,
        "effort": {**maybe, **dict.fromkeys(levels, maybe)},
        "thinking": {**yes, "types": {"adaptive": maybe, "enabled": {"supported": not current}}},
    }


CATALOGUE = {
    model_id: CatalogueModel(model_id, lifecycle)
    for lifecycle, ids in (("active", ACTIVE), ("deprecated", DEPRECATED), ("retired", RETIRED))
    for model_id in ids
}


def is_callable(model_id: str) -> bool:
    return model_id in CATALOGUE and CATALOGUE[model_id].callable


def listing(lifecycles: Sequence[str], limit: int, after_id: str = "") -> dict[str, Any]:
    wanted = lifecycles or ("active", "deprecated")
    models = [m for m in CATALOGUE.values() if m.lifecycle in wanted]
    ids = [m.id for m in models]
    start = ids.index(after_id) + 1 if after_id in ids else 0
    page = [m.to_json() for m in models[start : start + limit]]
    return {
        "data": page,
        "has_more": start + limit < len(models),
        "first_id": page[0]["id"] if page else None,
        "last_id": page[-1]["id"] if page else None,
    }
