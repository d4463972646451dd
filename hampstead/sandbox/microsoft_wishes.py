"""What a caller of Graph wishes for the answer: Prefer headers and $-parameters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hampstead.sandbox.microsoft_errors import GraphRefusalError
from hampstead.sandbox.microsoft_times import zone

PREFERENCE = re.compile(r'([\w.-]+)\s*=\s*"?([^",]*)"?')
PROPERTY_IDS = re.compile(r"id\s+eq\s+'([^']*)'")
TAG_FILTER = re.compile(
    r"singleValueExtendedProperties/any\(\s*(\w+)\s*:\s*\1/id\s+eq\s+'(?P<id>[^']*)'\s+and\s+"
    r"\1/value\s+eq\s+'(?P<value>[^']*)'\s*\)"
)
TAGS = "singleValueExtendedProperties"


@dataclass(frozen=True)
class Wishes:
    is_immutable: bool = False
    zone: str = "UTC"
    page_size: int | None = None
    body_type: str = "html"

    @classmethod
    def read(cls, prefer: str) -> "Wishes":
        found = {name.lower(): value.strip() for name, value in PREFERENCE.findall(prefer)}
        zone_name = found.get("outlook.timezone", "UTC")
        zone(zone_name)
        return cls(
            is_immutable=found.get("idtype", "").lower() == "immutableid",
            zone=zone_name,
            page_size=positive(found.get("odata.maxpagesize")),
            body_type=found.get("outlook.body-content-type", "html").lower(),
        )


@dataclass(frozen=True)
class Options:
    """$select, $expand, $top and $skip of one request."""

    select: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    top: int = 10
    skip: int = 0

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Options":
        select = frozenset(filter(None, map(str.strip, query.get("$select", "").split(","))))
        top = positive(query.get("$top")) or 10
        if top > 1000:
            raise bad_query("The limit of '1000' for Top query has been exceeded.")
        return cls(
            select, expanded(query.get("$expand", "")), top, positive(query.get("$skip")) or 0
        )


def expanded(text: str) -> frozenset[str]:
    """The ids of the extended properties asked for; Graph never gives them unasked."""
    if not text:
        return frozenset()
    if not text.startswith(f"{TAGS}(") or not PROPERTY_IDS.findall(text):
        raise bad_query(f"Could not expand '{text}': the filter must name the properties' ids.")
    return frozenset(map(tag_key, PROPERTY_IDS.findall(text)))


def tag_filter(text: str) -> tuple[str, str]:
    """(id, value) of the one filter the sandbox plays."""
    found = TAG_FILTER.fullmatch(text.strip())
    if found is None:
        raise bad_query(f"Invalid filter clause: '{text}'.")
    return tag_key(found["id"]), found["value"]


def tag_key(property_id: str) -> str:
    """The guid's case does not matter, that of the name does."""
    kind, _, rest = property_id.partition(" ")
    guid, _, name = rest.partition("} ")
    return f"{kind} {guid.lower()}}} {name}"


def positive(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal():
        raise bad_query(f"Invalid value '{text}': a non-negative number is expected.")
    return int(text)


def bad_query(message: str) -> GraphRefusalError:
    return GraphRefusalError(400, "RequestBroker--ParseUri", message)
