"""What callers send and hear, checked strictly: an unknown name is an error, not a silence."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from rest_framework import serializers

from hampstead.core import phone as phones
from hampstead.core.clock import now, to_london
from leads.api import tickets
from leads.api.moments import read_moment
from leads.api.problems import RequestError
from leads.fact_values import LONGEST_NAME
from leads.models import Survey, Surveyor, SurveyRules
from leads.postcodes import outcode_of, postcode_of
from leads.slots import Slot
from leads.survey_records import awaits_approval
from leads.telling import written_time

MOST_DAYS = 31
SHORTEST_MINUTES, LONGEST_MINUTES = 15, 8 * 60


class StrictSerializer(serializers.Serializer[Any]):
    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError({name: ["Unknown field."] for name in unknown})
        return super().to_internal_value(data)


class AvailabilityQuery(StrictSerializer):
    """`from` is a word of Python's, so the field is added by name."""

    to = serializers.DateField()
    outcode = serializers.CharField(required=False, max_length=10)
    minutes = serializers.IntegerField(
        required=False, min_value=SHORTEST_MINUTES, max_value=LONGEST_MINUTES
    )

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateField(), **super().get_fields()}

    def validate_outcode(self, outcode: str) -> str:
        if (found := outcode_of(outcode)) is None:
            raise serializers.ValidationError("Write the first half of a UK postcode, like NW3.")
        return found

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last = attrs["from"], attrs["to"]
        if first < to_london(now()).date():
            raise RequestError("past", "`from` lies in the past.")
        if last < first:
            raise RequestError("wrong_order", "`to` comes before `from`.")
        if (last - first).days >= MOST_DAYS:
            raise RequestError("too_many_days", f"Ask for {MOST_DAYS} days at most.")
        return attrs


class SlotChoice(StrictSerializer):
    """A `slot` from the free times, or a surveyor with a start."""

    slot = serializers.CharField(required=False, max_length=tickets.LONGEST)
    surveyor = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    starts_at = serializers.CharField(
        required=False, max_length=40, help_text="with its offset: 2026-12-01T10:30:00Z"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = {"slot", "surveyor", "starts_at"} & set(attrs)
        if given not in ({"slot"}, {"surveyor", "starts_at"}):
            words = "Send either `slot`, or `surveyor` with `starts_at`."
            raise serializers.ValidationError({"slot": [words]})
        attrs["slot"] = self._slot(attrs)
        return attrs

    def _slot(self, attrs: dict[str, Any]) -> Slot:
        if "slot" in attrs:
            return tickets.slot_of(attrs["slot"], user=self.context["user"])
        begin = read_moment(attrs["starts_at"])
        if not Surveyor.objects.filter(pk=attrs["surveyor"], is_active=True).exists():
            raise RequestError("unknown_surveyor", "There is no such surveyor.")
        try:
            return Slot(attrs["surveyor"], begin, begin + SurveyRules.current().length)
        except OverflowError:
            raise RequestError("unreadable_time", "That is no time we could ever come.") from None


class BookingRequest(SlotChoice):
    name = serializers.CharField(max_length=LONGEST_NAME)
    phone = serializers.CharField(max_length=40)
    email = serializers.EmailField(required=False, max_length=254)
    postcode = serializers.CharField(max_length=10)
    address = serializers.CharField(required=False, max_length=200)
    access_notes = serializers.CharField(
        required=False, max_length=500, help_text="parking, the bell, the dog"
    )

    def validate_phone(self, phone: str) -> str:
        if (number := phones.to_e164(phone)) is None:
            raise serializers.ValidationError("This is no telephone number.")
        return number

    def validate_postcode(self, postcode: str) -> str:
        if (found := postcode_of(postcode)) is None:
            raise serializers.ValidationError("Write a UK postcode, like NW3 2QG.")
        return found


class MoveRequest(SlotChoice):
    reason = serializers.CharField(required=False, max_length=300)


class CancelRequest(StrictSerializer):
    reason = serializers.CharField(required=False, max_length=300)


# --- answers: no more of the customer than the caller needs to know which one it is --------
class SlotAnswer(serializers.Serializer[Any]):
    slot = serializers.CharField(help_text="opaque; for this token only, for 24 hours")
    surveyor_id = serializers.IntegerField()
    surveyor = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    text = serializers.CharField(help_text='such as "Tuesday 1 December at 10:30"')


class AvailabilityAnswer(serializers.Serializer[Any]):
    slots = SlotAnswer(many=True)
    minutes = serializers.IntegerField()
    closed = serializers.ListField(
        child=serializers.DateField(), help_text="days asked for on which nobody goes out"
    )
    unread = serializers.ListField(
        child=serializers.CharField(),
        help_text="surveyors whose calendar cannot be read: none of their time is offered",
    )


class SurveyAnswer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    status = serializers.ChoiceField(Survey.Status.choices)
    surveyor_id = serializers.IntegerField()
    surveyor = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    text = serializers.CharField()
    postcode = serializers.CharField(allow_blank=True)
    needs_approval = serializers.BooleanField(help_text="staff must still approve it")


class ProblemAnswer(serializers.Serializer[Any]):
    code = serializers.CharField(allow_blank=True, help_text="of the error catalogue, like E009")
    error = serializers.CharField()
    reason = serializers.CharField(help_text="one stable word to decide by")
    detail = serializers.CharField(help_text="a sentence for people")
    fields = serializers.DictField(required=False)  # type: ignore[assignment]  # its name in JSON
    survey = serializers.IntegerField(
        required=False, help_text="already_booked: which, by its postcode"
    )


def slot_as_answer(slot: Slot, *, ticket: str, surveyor: str) -> dict[str, Any]:
    return {
        "slot": ticket,
        "surveyor_id": slot.surveyor_id,
        "surveyor": surveyor,
        "starts_at": in_london(slot.starts_at),
        "ends_at": in_london(slot.ends_at),
        "text": written_time(slot.starts_at),
    }


def survey_as_answer(survey: Survey) -> dict[str, Any]:
    return {
        "id": survey.pk,
        "status": survey.status,
        "surveyor_id": survey.surveyor_id,
        "surveyor": survey.surveyor.name,
        "starts_at": in_london(survey.starts_at),
        "ends_at": in_london(survey.ends_at),
        "text": written_time(survey.starts_at),
        "postcode": survey.postcode,
        "needs_approval": awaits_approval(survey),
    }


def in_london(moment: datetime) -> str:
    return to_london(moment).isoformat()


def days_as_answer(days: list[date]) -> list[str]:
    return [day.isoformat() for day in days]
