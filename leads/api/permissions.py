"""Who may use the API, and how often."""

from math import ceil

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from hampstead.core import ratelimit
from hampstead.core.errors import RateLimitError


class MayArrangeSurveys(BasePermission):
    """The token's owner is staff who may see surveys, or change them for all but reading."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        name = "view_survey" if request.method in SAFE_METHODS else "change_survey"
        return request.user.is_staff and request.user.has_perm(f"leads.{name}")


class TokenThrottle(BaseThrottle):
    """By token, over all processes; reading and writing have rates of their own."""

    def __init__(self) -> None:
        self._wait: float | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        scope = "calendar-read" if request.method in SAFE_METHODS else "calendar-write"
        rate = str(api_settings.DEFAULT_THROTTLE_RATES[scope])
        try:
            ratelimit.take(f"{scope}:{request.user.pk}", rate)
        except RateLimitError as error:
            self._wait = ceil(error.retry_after.total_seconds()) if error.retry_after else None
            return False
        return True

    def wait(self) -> float | None:
        return self._wait


class MayReadSchema(BasePermission):
    """Staff: by token, or signed in to the admin."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated and request.user.is_staff)
