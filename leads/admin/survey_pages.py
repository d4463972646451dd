"""Pages of surveys that are no plain row: the board, booking and moving."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from unfold import decorators

from hampstead.core.admin.reading import ReadOnlyAdmin, acting
from hampstead.core.clock import now, to_london
from hampstead.core.errors import CatalogueError
from leads.admin import board
from leads.admin.survey_forms import BookForm, WhenForm
from leads.booking import book_survey
from leads.facts import current_facts
from leads.models import FactKey, Lead, Survey
from leads.moving import move_survey
from leads.notices import NothingToTellError
from leads.offering import find_slots
from leads.overrides import ReasonMissingError
from leads.slot_checks import AlreadyBookedError, NotBookedError, SlotRefusedError
from leads.slots import Slot
from leads.telling import written_time

F = TypeVar("F", bound=Callable[..., Any])
OFFERED = 8
NOT_NOW = (
    SlotRefusedError,
    AlreadyBookedError,
    NotBookedError,
    ReasonMissingError,
    CatalogueError,
)
NO_OFFERS = "The calendars cannot be read now ({}), so no free times are suggested."


def page_button(text: str, *, path: str, icon: str) -> Callable[[F], F]:
    """A button that leads to a page of its own."""
    decorate = decorators.action(
        description=text, url_path=path, icon=icon, permissions=["operate"]
    )
    return cast(Callable[[F], F], decorate)


class SurveyPages(ReadOnlyAdmin):
    def get_urls(self) -> list[Any]:
        board_page = self.admin_site.admin_view(self.board)
        book_page = self.admin_site.admin_view(self.book)
        return [
            path("board/", board_page, name="leads_survey_board"),
            path("book/<int:lead_id>/", book_page, name="leads_survey_book"),
            *super().get_urls(),
        ]

    @page_button("Move", path="move", icon="event_repeat")
    def move(self, request: HttpRequest, object_id: str) -> HttpResponse:
        survey = self.get_object(request, object_id)
        if survey is None or "move" not in possible(survey):
            messages.warning(request, "This survey cannot be moved any more.")
            return redirect("admin:leads_survey_changelist")
        offers, problem = free_times(outcode=survey.outcode, instead_of=survey)
        form = WhenForm(request.POST or None, offers=offers)
        if form.is_valid() and self._move(request, survey, form):
            return redirect("admin:leads_survey_change", survey.pk)
        words = {
            "title": "Move the survey",
            "heading": f"{survey.person.display_name}, {written_time(survey.starts_at)}",
            "explanation": "The customer is told of the new time once the calendar has it.",
            "submit_words": "Move",
            "back": reverse("admin:leads_survey_change", args=[survey.pk]),
        }
        return self._ask_when(request, form, problem, words)

    def _move(self, request: HttpRequest, survey: Survey, form: WhenForm) -> bool:
        by = acting(request)
        try:
            moved = move_survey(survey=survey, source=f"staff:{by.pk}", by=by, **form.chosen)
        except NOT_NOW as error:
            form.add_error(None, refused(error))
            return False
        messages.success(request, f"Moved to {written_time(moved.starts_at)}.")
        return True

    def book(self, request: HttpRequest, lead_id: int) -> HttpResponse:
        """Reached from the lead's page."""
        if not self.has_operate_permission(request):
            raise PermissionDenied
        lead = get_object_or_404(Lead.objects.select_related("person"), pk=lead_id)
        known = current_facts(lead)
        postcode = str(known.get(FactKey.POSTCODE, ""))
        offers, problem = free_times(outcode=postcode.partition(" ")[0])
        initial = {"postcode": postcode, "address": known.get(FactKey.ADDRESS, "")}
        form = BookForm(request.POST or None, offers=offers, initial=initial)
        if form.is_valid() and (survey := self._book(request, lead, form)) is not None:
            return redirect("admin:leads_survey_change", survey.pk)
        words = {
            "title": "Book a survey",
            "heading": lead.person.display_name,
            "explanation": "It goes into the surveyor's calendar, and the customer is told.",
            "submit_words": "Book",
            "back": reverse("admin:leads_lead_change", args=[lead.pk]),
        }
        return self._ask_when(request, form, problem, words)

    def _book(self, request: HttpRequest, lead: Lead, form: BookForm) -> Survey | None:
        by = acting(request)
        site = {name: form.cleaned_data[name] for name in ("postcode", "address", "access_notes")}
        try:
            survey = book_survey(
                person=lead.person, lead=lead, source=f"staff:{by.pk}", by=by, **site, **form.chosen
            )
        except NOT_NOW as error:
            form.add_error(None, refused(error))
            return None
        messages.success(request, f"Booked for {written_time(survey.starts_at)}.")
        return survey

    def _ask_when(
        self, request: HttpRequest, form: WhenForm, problem: str, words: dict[str, str]
    ) -> HttpResponse:
        page = {**self.admin_site.each_context(request), "opts": self.opts}
        context = {**page, **words, "form": form, "problem": problem}
        return render(request, "admin/leads/survey/when.html", context)

    @page_button("Board", path="open-board", icon="calendar_view_week")
    def open_board(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:leads_survey_board")

    def board(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        day = _asked_day(request.GET.get("day", ""))
        is_week = request.GET.get("view") != "day"
        days = board.week_of(day) if is_week else [day]
        step = timedelta(days=7 if is_week else 1)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Survey board",
            "days": days,
            "rows": board.rows_of(days),
            "hours": board.hours_shown(),
            "waiting": [(row, board.problem_of(row)) for row in board.needing_a_person()],
            "is_week": is_week,
            "day": day,
            "before": day - step,
            "after": day + step,
            "today": to_london(now()).date(),
            "live_url": settings.LIVE_URL,
        }
        return render(request, "admin/leads/survey/board.html", context)


def possible(survey: Survey) -> set[str]:
    """The buttons that make sense in this state."""
    status, offered = Survey.Status(survey.status), {"brief"}
    if survey.is_booked and survey.ends_at > now():
        offered |= {"move", "cancel"}
        if not survey.is_told and status == Survey.Status.CONFIRMED:
            offered |= {"tell", "were_told"}
    if status == Survey.Status.PROVISIONAL and survey.needs_approval and not survey.approved_by_id:
        offered |= {"approve", "refuse"}
        offered.discard("cancel")
    if status == Survey.Status.CONFLICT:
        offered.add("keep")
    if status == Survey.Status.CANCELLED and not survey.is_told:
        offered |= {"tell", "were_told"}
    return offered


def free_times(*, outcode: str, instead_of: Survey | None = None) -> tuple[list[Slot], str]:
    """What to suggest, and why there is nothing."""
    try:
        found = find_slots(outcode=outcode, limit=OFFERED, instead_of=instead_of)
    except CatalogueError as error:
        return [], NO_OFFERS.format(error.code)
    return list(found.offers), "" if found.offers else found.reason


def refused(error: Exception) -> str:
    if isinstance(error, CatalogueError):
        return f"The calendar could not be read ({error.code}), so nothing was changed. Try again."
    return str(error)


@contextmanager
def telling_why_not(request: HttpRequest) -> Iterator[None]:
    """What cannot be done is said on the page."""
    try:
        yield
    except (*NOT_NOW, NothingToTellError) as error:
        messages.warning(request, refused(error))


def _asked_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return to_london(now()).date()
