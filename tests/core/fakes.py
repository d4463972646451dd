"""Stand-ins that the settings name by dotted path: a floor's inbox handler, lane work, senders."""

from collections.abc import Callable
from datetime import timedelta

from hampstead.core.fence import LaneHold
from hampstead.core.inbox import Post
from hampstead.core.models import Outbox

WIRING = {
    "INBOX_HANDLERS": {"test": "tests.core.fakes.take"},
    "LANE_WORK": {"test": "tests.core.fakes.work"},
    "OUTBOX_SENDERS": {
        "keyless": "tests.core.fakes.KeylessSender",
        "keyed": "tests.core.fakes.KeyedSender",
    },
    "VENDOR_CODES": {"test": "E006"},
}


class Script:
    """What the stand-ins do next, and what they have seen."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.posts: list[bytes] = []
        self.on_post: Callable[[Post], None] = lambda post: None
        self.holds: list[LaneHold] = []
        self.on_work: Callable[[LaneHold], timedelta | None] = lambda hold: None
        self.sent: list[int] = []
        self.problems: list[Exception] = []
        self.on_send: Callable[[Outbox], None] = lambda effect: None
        self.refusal = ""
        self.recorded: list[str] = []


script = Script()


def take(post: Post) -> None:
    script.on_post(post)
    script.posts.append(post.body)


def work(hold: LaneHold) -> timedelta | None:
    script.holds.append(hold)
    return script.on_work(hold)


class KeylessSender:
    """Fails with each of the script's problems once, then succeeds."""

    is_keyed = False

    def refusal(self, effect: Outbox) -> str:
        return script.refusal

    def send(self, effect: Outbox) -> str:
        script.sent.append(effect.pk)
        script.on_send(effect)
        if script.problems:
            raise script.problems.pop(0)
        return f"id-{effect.pk}"

    def recorded(self, effect: Outbox, vendor_id: str) -> None:
        script.recorded.append(vendor_id)


class KeyedSender(KeylessSender):
    is_keyed = True
