"""Which sends the Cloud API takes, and the error it answers otherwise."""

import re
from typing import Any

from hampstead.sandbox.customer_phones import BSUID, digits
from hampstead.sandbox.dialog360_errors import SendRefusedError

JsonObject = dict[str, Any]
TEXT_LIMIT = 4096
CALLBACK_LIMIT = 512
SIMULATED = ("text", "template", "interactive")
TEMPLATE_NAME = re.compile(r"^[a-z0-9_]{1,512}$")
PLAIN_INTERACTIVE = ("cta_url", "flow", "location_request_message")


def missing(parameter: str) -> SendRefusedError:
    return SendRefusedError(100, f"The parameter {parameter} is required.")


def invalid(details: str) -> SendRefusedError:
    return SendRefusedError(131009, "Parameter value is not valid", details)


def check_send(body: Any) -> JsonObject:
    if not isinstance(body, dict):
        raise SendRefusedError(100, "Invalid parameter", "The body is not a JSON object")
    if body.get("messaging_product") != "whatsapp":
        raise missing("messaging_product")
    if body.get("status") is not None:
        check_read_receipt(body)
        return body
    check_address(body)
    callback = body.get("biz_opaque_callback_data", "")
    if not isinstance(callback, str) or len(callback) > CALLBACK_LIMIT:
        raise invalid(f"biz_opaque_callback_data takes at most {CALLBACK_LIMIT} characters")
    kind = body.get("type", "text")
    if kind not in SIMULATED:
        raise SendRefusedError(
            100, "Param type is not valid", f"the sandbox simulates {', '.join(SIMULATED)} only"
        )
    part = body.get(kind)
    if not isinstance(part, dict):
        raise missing(kind)
    {"text": check_text, "template": check_template, "interactive": check_interactive}[kind](part)
    return body


def check_read_receipt(body: JsonObject) -> None:
    if body["status"] != "read":
        raise invalid("status must be read")
    message_id = body.get("message_id")
    if not message_id:
        raise missing("message_id")
    if not str(message_id).startswith("wamid."):
        raise invalid("Message ID is invalid")
    typing = body.get("typing_indicator")
    if typing is not None and typing != {"type": "text"}:
        raise invalid("typing_indicator.type must be text")


def check_address(body: JsonObject) -> None:
    to, recipient = body.get("to"), body.get("recipient")
    if not to and not recipient:
        raise missing("to")
    if to:
        number = digits(str(to))
        # A national or partial number would reach somebody else, or nobody.
        if number.startswith("0") or not 8 <= len(number) <= 15:
            raise invalid("to is not a full international number")
    elif not BSUID.match(str(recipient)):
        raise invalid("recipient is not a business-scoped user id")


def check_text(part: JsonObject) -> None:
    text = part.get("body")
    if not isinstance(text, str) or not text.strip():
        raise missing("text['body']")
    if len(text) > TEXT_LIMIT:
        raise SendRefusedError(
            100, f"Param text['body'] must be at most {TEXT_LIMIT} characters long."
        )


def check_template(part: JsonObject) -> None:
    if not part.get("name"):
        raise missing("template['name']")
    if not TEMPLATE_NAME.match(str(part["name"])):
        raise invalid("template name takes a-z, 0-9 and _ only")
    if not (part.get("language") or {}).get("code"):
        raise missing("template['language']['code']")
    if not isinstance(part.get("components", []), list):
        raise invalid("components must be a list")


def check_interactive(part: JsonObject) -> None:
    kind = part.get("type")
    limit = TEXT_LIMIT if kind == "list" else 1024
    text = (part.get("body") or {}).get("text")
    if not isinstance(text, str) or not 1 <= len(text) <= limit:
        raise invalid(f"body text length invalid. Min length: 1, Max length: {limit}")
    action = part.get("action")
    if not isinstance(action, dict):
        raise missing("interactive['action']")
    if kind == "button":
        check_buttons(action)
    elif kind == "list":
        check_list(action)
    elif kind not in PLAIN_INTERACTIVE:
        raise invalid("interactive type is unknown")


def check_buttons(action: JsonObject) -> None:
    buttons = action.get("buttons") or []
    if not 1 <= len(buttons) <= 3:
        raise invalid("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
    replies = [button.get("reply") or {} for button in buttons]
    for reply in replies:
        check_length("Button title", reply.get("title"), 20)
        check_length("Button id", reply.get("id"), 256)
    for name in ("id", "title"):
        if len({reply[name] for reply in replies}) != len(replies):
            raise invalid(f"Button {name}s must be unique")


def check_list(action: JsonObject) -> None:
    check_length("List button", action.get("button"), 20)
    sections = action.get("sections") or []
    rows = [row for section in sections for row in section.get("rows") or []]
    if not 1 <= len(rows) <= 10:
        raise invalid("Total row count exceeds the limit. Min allowed count: 1, Max: 10")
    if len(sections) > 1:
        for section in sections:
            check_length("Section title", section.get("title"), 24)
    for row in rows:
        check_length("Row title", row.get("title"), 24)
        check_length("Row id", row.get("id"), 200)
        if len(str(row.get("description") or "")) > 72:
            raise invalid("Row description length invalid. Max length: 72")
    if len({row["id"] for row in rows}) != len(rows):
        raise invalid("Row ids must be unique")


def check_length(what: str, value: Any, limit: int) -> None:
    if not isinstance(value, str) or not 1 <= len(value) <= limit:
        raise invalid(f"{what} length invalid. Min length: 1, Max length: {limit}")
