"""The page of a promise, with the assistant as somebody who can keep it. The floor of promises
knows nothing of calls, so its page is extended from here.
"""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse

from hampstead.core.admin.links import subject_link
from hampstead.core.admin.reading import acting
from hampstead.core.admin.reasons import ConfirmForm, back_to_row, button
from leads.admin.promises import PromiseAdmin
from leads.models import Promise
from voice.callbacks import CallbackRefusedError, hand_over, refusal
from voice.models import Callback

admin.site.unregister(Promise)


@admin.register(Promise)
class HandedPromiseAdmin(PromiseAdmin):
    fields = (*PromiseAdmin.fields, "assistant_rings")
    actions_detail = (*PromiseAdmin.actions_detail, "hand_over")

    @admin.display(description="The assistant")
    def assistant_rings(self, promise: Promise) -> str:
        newest = Callback.objects.filter(promise=promise).order_by("-pk").first()
        if newest is None:
            return "was not asked to ring"
        state = newest.get_state_display()
        return subject_link(newest.subject, f"{state}: {newest.why}" if newest.why else state)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """Its button only where the assistant may ring."""
        offered = super().get_actions_detail(request, object_id)
        promise = self.get_object(request, str(object_id))
        if promise is None or not refusal(promise):
            return offered
        return [one for one in offered if not one.action_name.endswith("hand_over")]

    @button(
        "Have the assistant ring back",
        "phone_callback",
        question="Shall the assistant ring back?",
        explanation="It rings between 9:00 and 20:00, twice at most and an hour apart. If nobody "
        "answers, the task comes back to you.",
        form=ConfirmForm,
    )
    def hand_over(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        promise = Promise.objects.get(pk=object_id)
        try:
            hand_over(promise=promise, by=acting(request))
        except CallbackRefusedError as error:
            messages.warning(request, f"Not handed over: {error}.")
        else:
            messages.success(request, "The assistant rings back.")
        return back_to_row(self, request, object_id)
