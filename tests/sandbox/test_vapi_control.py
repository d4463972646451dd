"""Staff and customers who step into a call that is going on."""

from typing import Any

import pytest

from tests.sandbox.vapi import OFFICE, Vapi
from tests.sandbox.waiting import eventually


def said(vapi: Vapi, call_id: str) -> str:
    found: str = vapi.http.get(f"/_customer/call/{call_id}").json()["transcript"]
    return found


def staying(vapi: Vapi) -> str:
    """A call that goes on until somebody ends it."""
    call_id = str(vapi.rings("Hello", stays=True, wait=False)["id"])
    # Greeting, caller and answer: now the call waits.
    eventually(lambda: len(vapi.messages("conversation-update")) == 3)
    return call_id


def test_staff_can_speak_into_a_call(vapi: Vapi) -> None:
    call_id = staying(vapi)
    assert vapi.control(call_id, type="say", content="One moment.").status_code == 200
    eventually(lambda: "AI: One moment.\n" in said(vapi, call_id))


def test_the_control_address_is_in_every_message(vapi: Vapi) -> None:
    call_id = staying(vapi)
    url = vapi.messages()[0]["call"]["monitor"]["controlUrl"]
    assert vapi.http.post(url, json={"type": "end-call"}).status_code == 200
    eventually(lambda: vapi.messages("end-of-call-report"))
    assert vapi.get(f"/call/{call_id}")["endedReason"] == "assistant-ended-call"


def test_staff_can_take_a_call_over(vapi: Vapi) -> None:
    call_id = staying(vapi)
    vapi.control(call_id, type="transfer", destination=OFFICE, content="Putting you through.")
    (report,) = eventually(lambda: vapi.messages("end-of-call-report"))
    assert report["endedReason"] == "assistant-forwarded-call"
    assert report["destination"] == OFFICE


def test_an_added_message_is_part_of_the_conversation(vapi: Vapi) -> None:
    call_id = staying(vapi)
    hint = {"role": "system", "content": "The caller is Priya."}
    vapi.control(call_id, type="add-message", message=hint, triggerResponseEnabled=False)
    vapi.control(call_id, type="end-call")
    (report,) = eventually(lambda: vapi.messages("end-of-call-report"))
    assert "The caller is Priya." in [m.get("message") for m in report["messages"]]


def test_what_staff_ordered_can_be_seen(vapi: Vapi) -> None:
    call_id = staying(vapi)
    vapi.control(call_id, type="control", control="mute-customer")
    vapi.http.delete(f"/_customer/call/{call_id}")
    eventually(lambda: vapi.messages("end-of-call-report"))
    found = vapi.http.get(f"/_customer/call/{call_id}").json()
    assert found["orders"] == [{"type": "control", "control": "mute-customer"}]


def test_a_call_that_is_over_obeys_nobody(vapi: Vapi) -> None:
    assert vapi.control(vapi.rings()["id"], type="end-call").status_code == 404


@pytest.mark.parametrize("order", [{"type": "dance"}, {"type": "say"}, {"type": "transfer"}])
def test_a_wrong_order_to_a_call_is_refused(vapi: Vapi, order: dict[str, Any]) -> None:
    assert vapi.control(staying(vapi), **order).status_code == 400


def test_the_customer_can_hang_up(vapi: Vapi) -> None:
    call_id = staying(vapi)
    assert vapi.http.delete(f"/_customer/call/{call_id}").status_code == 200
    eventually(lambda: vapi.messages("end-of-call-report"))
    assert vapi.get(f"/call/{call_id}")["endedReason"] == "customer-ended-call"
