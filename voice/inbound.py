"""From a stored post of VAPI to the call it tells of, in one transaction."""

from hampstead.core.inbox import Post
from voice.calls import note_call, note_line, note_report
from voice.reading import read_message


def take_post(post: Post) -> None:
    """The inbox handler for VAPI. Raises UnreadablePostError. What is unknown is kept in the
    inbox and needs nothing else.
    """
    heard = read_message(post.body)
    if heard.call is None:
        return
    call = note_call(heard.call)
    if heard.line is not None:
        note_line(call, heard.line)
    if heard.report is not None:
        note_report(call, heard.report)
