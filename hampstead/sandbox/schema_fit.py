"""Fits what a persona wants to say into the input_schema a tool offers today."""

from typing import Any

JsonObject = dict[str, Any]
Value = str | int | bool


def fitted(schema: JsonObject, wanted: dict[str, Value], *, filler: str = "") -> JsonObject:
    """Only properties the schema has, only values it allows; required ones always present."""
    properties: JsonObject = schema.get("properties") or {}
    result: JsonObject = {}
    for name, value in wanted.items():
        if name in properties:
            suited = suited_value(properties[name], value)
            if suited is not None:
                result[name] = suited
    for name in schema.get("required") or []:
        if name not in result and name in properties:
            result[name] = stand_in(properties[name], filler)
    return result


def variants(prop: JsonObject) -> list[JsonObject]:
    return [prop, *prop.get("anyOf", []), *prop.get("oneOf", [])]


def kinds(prop: JsonObject) -> set[str]:
    found: set[str] = set()
    for variant in variants(prop):
        kind = variant.get("type", [])
        found.update([kind] if isinstance(kind, str) else kind)
    return found


def allowed(prop: JsonObject) -> list[Any] | None:
    for variant in variants(prop):
        if "enum" in variant:
            return [value for value in variant["enum"] if value is not None]
    return None


def suited_value(prop: JsonObject, value: Value) -> Value | None:
    choices = allowed(prop)
    if choices is not None:
        if value in choices:
            return value
        return "other" if "other" in choices and isinstance(value, str) else None
    types = kinds(prop)
    if isinstance(value, bool):
        return value if "boolean" in types or not types else None
    if isinstance(value, int) and types and not types & {"integer", "number"}:
        return str(value) if "string" in types else None
    if isinstance(value, str) and types and "string" not in types:
        return None
    return value


def stand_in(prop: JsonObject, filler: str) -> Any:
    choices = allowed(prop)
    types = kinds(prop)
    if "null" in types:
        return None
    if choices:
        return next((c for c in ("other", "unclear") if c in choices), choices[0])
    if "boolean" in types:
        return False
    if types & {"integer", "number"}:
        return 0
    if "array" in types:
        return []
    return {} if "object" in types else filler
