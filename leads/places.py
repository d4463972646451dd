"""Where a survey takes place, said again by whoever has booked it."""

from collections.abc import Mapping

from hampstead.core.models import StaffUser
from leads.models import Survey
from leads.slot_checks import is_colleague
from leads.survey_records import as_recorded, ask_staff, awaits_approval, record, show_in_calendar

WHERE = "Which address is right?"


def note_place(
    survey: Survey, said: Mapping[str, str], *, by: StaffUser | None, source: str
) -> None:
    """What they say of the place when they are booked already must reach the surveyor.

    Elsewhere than where it was booked, a telephone number is all that we know them by: what is
    missing is added; where they say something else, nothing is, and staff are asked.
    """
    news = {name: new for name, new in said.items() if _is_news(name, new, survey)}
    if not news:
        return
    is_trusted = source == survey.source or is_colleague(by=by, source=source)
    if not is_trusted and not all(_adds(name, new, survey) for name, new in news.items()):
        other = ", ".join(news.values())
        ask_staff(survey, WHERE, f"Somebody has booked it once more, and said: {other}.")
        return
    before = as_recorded(survey)
    for name, new in news.items():
        setattr(survey, name, new)
    survey.version += 1
    record(
        survey,
        action="note place of survey",
        by=by,
        before=before,
        source=source,
        changed=sorted(news),
    )
    # In a conflict a person decides first: their entry may have been deleted on purpose.
    if not awaits_approval(survey) and survey.status != Survey.Status.CONFLICT:
        show_in_calendar(survey)


def _is_news(name: str, new: str, survey: Survey) -> bool:
    """Half of the postcode that we know is none."""
    is_half = name == "postcode" and survey.postcode.startswith(f"{new} ")
    return bool(new) and new != getattr(survey, name) and not is_half


def _adds(name: str, new: str, survey: Survey) -> bool:
    """Where we know nothing, or the other half of the postcode; notes send the surveyor nowhere."""
    known: str = getattr(survey, name)
    is_whole = name == "postcode" and new.startswith(f"{known} ")
    return not known or is_whole or name == "access_notes"
