"""A recording on the page of its call: its player, why there is none, and who has listened."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from hampstead.core.admin.reading import acting
from hampstead.core.errors import CatalogueError
from voice.models import Call, Recording
from voice.playing import Piece, RangeError, listen, listenings, wanted_piece

MAY_PLAY = "voice.play_recording"
State = Recording.State
AWAY = "The recording cannot be read just now (E010). Please try again later."


def shown_recording(request: HttpRequest, call: Call) -> dict[str, Any]:
    """What the page needs to show of it."""
    recording = Recording.objects.filter(call=call).first()
    may_play = request.user.has_perm(MAY_PLAY)
    is_playable = recording is not None and recording.is_stored and may_play
    may_see_who = may_play or request.user.has_perm("core.view_auditentry")
    return {
        "recording": recording,
        "recording_words": in_words(call, recording, may_play=may_play),
        "is_playable": is_playable,
        "listenings": listenings(call) if recording is not None and may_see_who else [],
    }


def in_words(call: Call, recording: Recording | None, *, may_play: bool) -> str:
    """For staff: is there one, and if not, why."""
    if recording is None:
        return "It follows when VAPI has reported the call." if call.is_over else ""
    if recording.is_stored:
        where = "Kept"
        if recording.store == Recording.Store.WAITING:
            where = "Kept on this server until the file storage is back (E010)"
        return where if may_play else f"{where}. You may not listen to recordings."
    words = {
        State.WANTED: "It is being fetched from VAPI.",
        State.GONE: "There is none.",
        State.NOT_RECORDED: "There is none:",
        State.REFUSED: "It was refused:",
    }[State(recording.state)]
    more = recording.error
    if recording.is_to_be_erased:
        more = f"{more}; VAPI is being asked to delete what it has"
    elif recording.erased_at:
        more = f"{more}; VAPI has deleted what it had"
    return f"{words} {more}".strip().rstrip(".") + "."


@require_safe
def play(request: HttpRequest, pk: int) -> HttpResponse:
    """The sound itself, or the piece of it that a player asks for. Always from us: an address in
    the store would open to whoever has it, and nobody would know who listened.
    """
    if not request.user.has_perm(MAY_PLAY):
        raise PermissionDenied
    recording = get_object_or_404(Recording.objects.select_related("call"), call_id=pk)
    if not recording.is_stored:
        raise Http404
    total = recording.size_bytes
    try:
        piece = wanted_piece(request.headers.get("Range", ""), total)
    except RangeError:
        return _private(HttpResponse(status=416, headers={"Content-Range": f"bytes */{total}"}))
    whole = Piece(0, total, total)
    try:
        content = listen(recording=recording, piece=piece or whole, by=acting(request))
    except CatalogueError:  # E010, or its breaker is open
        return _private(HttpResponse(AWAY, status=503, content_type="text/plain; charset=utf-8"))
    response = HttpResponse(content, content_type=recording.media_type)
    if piece is not None:
        response.status_code = 206
        response["Content-Range"] = piece.content_range
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = "inline"
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
