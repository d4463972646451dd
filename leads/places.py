"""Where a survey takes place, said again by whoever has booked it, or noted on its enquiry."""

import re
from collections.abc import Mapping
from typing import Any

from hampstead.core.models import StaffUser
from leads.models import FactKey, Lead, Survey
from leads.slot_checks import is_colleague, locked
from leads.survey_records import as_recorded, ask_staff, awaits_approval, record, show_in_calendar
from leads.wording import tidy

WHERE = "Which address is right?"
BOOKED_AGAIN = "Somebody has booked it once more, and said"
NOTED = "The enquiry now says"
LONGEST_ADDRESS = 200
A_POSTCODE = re.compile(r"\b[a-z]{1,2}[0-9][a-z0-9]?\s*[0-9][a-z]{2}\b")
EVERYWHERE = {"london", "uk", "england"}  # no part of an address by which one differs


def note_place(
    survey: Survey, said: Mapping[str, str], *, by: StaffUser | None, source: str
) -> None:
    """What they say of the place when they are booked already must reach the surveyor.

    Elsewhere than where it was booked, a telephone number is all that we know them by: what is
    missing is added; where they say something else, nothing is, and staff are asked. A program
    speaks for all its customers, so its name proves no more than that.
    """
    is_same = source == survey.source and not source.startswith("api:")
    is_trusted = is_same or is_colleague(by=by, source=source)
    _note(survey, said, by=by, source=source, is_trusted=is_trusted, how=BOOKED_AGAIN)


def note_place_of_lead(
    lead: Lead, facts: Mapping[FactKey, Any], *, by: StaffUser | None, source: str
) -> None:
    """What is newly noted on the enquiry reaches its survey, where the survey knows less. Of two
    places staff say which one it is. Call inside the transaction that notes it.
    """
    said = {
        "postcode": str(facts.get(FactKey.POSTCODE) or ""),
        "address": tidy(str(facts.get(FactKey.ADDRESS) or ""), limit=LONGEST_ADDRESS),
    }
    if not any(said.values()):
        return
    if (survey := lead.surveys.upcoming().first()) is None:
        return
    if (survey := locked(survey)).is_booked:
        _note(survey, said, by=by, source=source, is_trusted=False, how=NOTED)


def is_elsewhere(name: str, new: str, survey: Survey) -> bool:
    """Do we know it, and is this something else?"""
    return _is_news(name, new, survey) and not (
        _adds(name, new, survey) or _is_known(name, new, survey)
    )


def _note(
    survey: Survey,
    said: Mapping[str, str],
    *,
    by: StaffUser | None,
    source: str,
    is_trusted: bool,
    how: str,
) -> None:
    news = {name: new for name, new in said.items() if _is_news(name, new, survey)}
    if not is_trusted:
        if any(is_elsewhere(name, new, survey) for name, new in news.items()):
            ask_staff(survey, WHERE, f"{how}: {', '.join(news.values())}.")
            return
        news = {name: new for name, new in news.items() if _adds(name, new, survey)}
    if not news:
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


def _is_known(name: str, new: str, survey: Survey) -> bool:
    """An address in other words, or in fewer."""
    return name == "address" and _words(new, survey) <= _words(survey.address, survey)


def _words(address: str, survey: Survey) -> set[str]:
    """'1 Flask Walk, London NW3 2QG' -> {'1', 'flask', 'walk'}, if that is the postcode."""
    own = "".join(survey.postcode.casefold().split())

    def without_own(found: re.Match[str]) -> str:
        return "" if "".join(found[0].split()).startswith(own) else found[0]

    return set(re.findall(r"\w+", A_POSTCODE.sub(without_own, address.casefold()))) - EVERYWHERE
