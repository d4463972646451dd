"""What a customer reads about their survey, as they read it."""

from leads.greetings import greeting
from leads.models import Survey, SurveyNotice
from leads.notices import other_survey
from leads.telling import written_time
from leads.wording import tidy

Purpose = SurveyNotice.Purpose


def text_of(notice: SurveyNotice) -> str:
    """The message for the customer; always the weekday plus the date. Not for briefs."""
    sentences = _SENTENCES[Purpose(notice.purpose)](notice.survey)
    return greeting(notice.survey) + " ".join(filter(None, sentences))


def place_of(survey: Survey) -> str:
    """'1 Example Road, NW3 2QG'; the postcode once, though people put it into the address too."""
    address = tidy(survey.address, limit=200)
    if not survey.postcode or _run_together(survey.postcode) in _run_together(address):
        return address
    return f"{address}, {survey.postcode}" if address else survey.postcode


def _confirmation(survey: Survey) -> list[str]:
    return [
        f"your survey is booked: {survey.surveyor.name} will visit you on "
        f"{written_time(survey.starts_at)}{_there(survey)}.",
        f"It takes about {_minutes(survey)} minutes.",
        _missing_address(survey),
        "If you need another time, just reply here and we will find one.",
    ]


def _moved(survey: Survey) -> list[str]:
    before = survey.told_starts_at
    if before == survey.starts_at:
        return _by_another(survey)
    instead = f" instead of {written_time(before)}" if before else ""
    return [
        f"your survey has moved: {survey.surveyor.name} will now visit you on "
        f"{written_time(survey.starts_at)}{instead}.",
        f"The address is still {place_of(survey)}." if survey.address else _missing_address(survey),
        "If the new time does not suit you, just reply here and we will find another.",
    ]


def _by_another(survey: Survey) -> list[str]:
    """The same time, but they expect somebody else."""
    expected = survey.told_surveyor.name if survey.told_surveyor else "our colleague"
    return [
        f"your survey stays on {written_time(survey.starts_at)}, but {survey.surveyor.name} will "
        f"visit you instead of {expected}.",
        f"The address is still {place_of(survey)}." if survey.address else _missing_address(survey),
        "If this does not suit you, just reply here.",
    ]


def _cancelled(survey: Survey) -> list[str]:
    gone = f"your survey on {written_time(survey.told_starts_at or survey.starts_at)} is cancelled"
    if (other := other_survey(survey)) is None:
        return [
            f"{gone}, so nobody will come.",
            "If you would like a new time, just reply here and we will find one.",
        ]
    if other.status == Survey.Status.CONFIRMED:
        return [f"{gone}.", f"The one on {written_time(other.starts_at)} stands."]
    return [f"{gone}.", "This is not about the other one, of which we will write to you."]


def _day_before(survey: Survey) -> list[str]:
    return [
        f"a short reminder of your survey: {survey.surveyor.name} will visit you on "
        f"{written_time(survey.starts_at)}{_there(survey)}.",
        _missing_address(survey),
        "If the time no longer suits you, just reply here.",
    ]


def _two_hours(survey: Survey) -> list[str]:
    return [
        f"{survey.surveyor.name} will be with you today, {written_time(survey.starts_at)}"
        f"{_there(survey)}.",
        _missing_address(survey),
        "If anything has come up, just reply here.",
    ]


_SENTENCES = {
    Purpose.CONFIRMATION: _confirmation,
    Purpose.MOVED: _moved,
    Purpose.CANCELLED: _cancelled,
    Purpose.DAY_BEFORE: _day_before,
    Purpose.TWO_HOURS: _two_hours,
}


def _there(survey: Survey) -> str:
    return f", at {place_of(survey)}" if survey.address else ""


def _missing_address(survey: Survey) -> str:
    if survey.address:
        return ""
    near = f" ({survey.postcode})" if survey.postcode else ""
    return f"Please reply with the full address{near}, so that we find you."


def _minutes(survey: Survey) -> int:
    return int((survey.ends_at - survey.starts_at).total_seconds() // 60)


def _run_together(text: str) -> str:
    return "".join(text.split()).upper()
