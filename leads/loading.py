"""Writing the shipped business data to rows: only what is absent, never over staff's edits."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from hampstead.core.clock import now, to_london
from hampstead.core.spending import create_absent_ceilings
from leads import defaults
from leads.models import (
    Firm,
    OpeningHours,
    PriceRange,
    QualificationRule,
    RuleSet,
    ServiceArea,
    Surveyor,
    SurveyRules,
    WorkingHours,
)
from leads.rules import publish


@transaction.atomic
def load_defaults() -> dict[str, int]:
    """How many rows of each kind were created."""
    data = defaults.read()
    return {
        "firm": _create_absent(Firm, "id", _one(data["firm"])),
        "service areas": _create_absent(ServiceArea, "outcode", _areas(data["service_areas"])),
        "opening hours": _create_absent(OpeningHours, "weekday", _hours(data["opening_hours"])),
        "price ranges": _create_absent(PriceRange, "project_type", _prices(data["price_book"])),
        "rule sets": _create_rules(data["rules"]),
        "survey rules": _create_absent(
            SurveyRules, "id", iter([{"id": 1, **data["survey_rules"]}])
        ),
        "surveyors": _create_demo_surveyors(data["demo_surveyors"]),
        "spend ceilings": create_absent_ceilings(),
    }


def _create_absent(model: type[Model], key: str, rows: Iterator[dict[str, Any]]) -> int:
    made = 0
    for row in rows:
        _, is_new = model._default_manager.get_or_create(**{key: row.pop(key)}, defaults=row)
        made += is_new
    return made


def _one(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"id": 1, **data}


def _areas(data: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    # An outcode that staff deleted comes back only while the table is empty: a deletion is an
    # edit too.
    if ServiceArea.objects.exists():
        return
    for area, outcodes in data.items():
        for outcode in outcodes:
            yield {"outcode": outcode, "area": area}


def _hours(data: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    times = {
        day: {name: value for name, value in row.items() if name != "weekdays"}
        for row in data
        for day in row["weekdays"]
    }
    for day in OpeningHours.Weekday.values:
        yield {"weekday": day, **times.get(day, {})}


def _prices(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if PriceRange.objects.exists():
        return
    valid_until = to_london(now()).date() + timedelta(days=data["valid_days"])
    for project_type, row in data["ranges"].items():
        yield {"project_type": project_type, "valid_until": valid_until, **row}


def _create_rules(data: dict[str, Any]) -> int:
    """The first rule set; afterwards rules change only through drafts."""
    if RuleSet.objects.exists():
        return 0
    bands = {name: value for name, value in data.items() if name != "rule"}
    draft = RuleSet.objects.create(version=1, **bands)
    QualificationRule.objects.bulk_create(
        QualificationRule(rule_set=draft, position=position, **rule)
        for position, rule in enumerate(data["rule"], start=1)
    )
    publish(rule_set=draft, by=None)
    return 1


def _create_demo_surveyors(data: list[dict[str, Any]]) -> int:
    """Mailboxes that exist at the simulated Microsoft only."""
    if settings.VENDORS["microsoft"]["mode"] == "live" or Surveyor.objects.exists():
        return 0
    for row in data:
        hours = {name: row.pop(name) for name in ("begins", "ends")}
        weekdays = row.pop("weekdays")
        surveyor = Surveyor.objects.create(**row)
        WorkingHours.objects.bulk_create(
            WorkingHours(surveyor=surveyor, weekday=day, **hours) for day in weekdays
        )
    return len(data)
