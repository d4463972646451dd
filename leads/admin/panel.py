"""What the lead page says about the verdict, in plain words."""

from dataclasses import dataclass

from leads.models import Band, Lead, Override, Qualification
from leads.wording import listed

BAND_COLOURS = {
    Band.HOT.value: "danger",
    Band.WARM.value: "warning",
    Band.COOL.value: "info",
    Band.COLD.value: "primary",
    Band.OUTSIDE_AREA.value: "default",
    Band.NOT_A_LEAD.value: "default",
}


@dataclass(frozen=True)
class ReasonLine:
    text: str
    points: str


@dataclass(frozen=True)
class VerdictPanel:
    band: str
    colour: str
    qualification: Qualification | None
    machine_band: str
    reasons: list[ReasonLine]
    missing: str
    override: Override | None


def verdict_panel(lead: Lead) -> VerdictPanel:
    qualification, override = lead.qualification, lead.override
    decided = override or qualification
    return VerdictPanel(
        band=decided.get_band_display() if decided else "Not qualified yet",
        colour=BAND_COLOURS[decided.band] if decided else "default",
        qualification=qualification,
        machine_band=qualification.get_band_display() if qualification else "",
        reasons=_reasons(qualification),
        missing=_missing(qualification),
        override=override,
    )


def _reasons(qualification: Qualification | None) -> list[ReasonLine]:
    if qualification is None:
        return []
    base = qualification.rule_set.base_score
    start = ReasonLine("Every enquiry starts with", f"{base}")
    return [start, *(_line(reason) for reason in qualification.reasons)]


def _line(reason: dict[str, str | int]) -> ReasonLine:
    points = int(reason["points"])
    # The sentence ends with the points, which stand in a column of their own here.
    text = str(reason["because"]).removesuffix(f": {points:+}")
    return ReasonLine(text, f"{points:+}" if points else "0")


def _missing(qualification: Qualification | None) -> str:
    return listed(qualification.missing_words) if qualification else ""
