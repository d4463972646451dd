"""Addresses of the office's own pages inside the admin."""

from typing import Any

from django.contrib import admin
from django.urls import URLPattern, path

from hampstead.office import error_codes


def page_urls() -> list[URLPattern]:
    return [
        _page("error-codes/", error_codes.all_codes, "error-codes"),
        _page("error-codes/<str:code>/", error_codes.one_code, "error-code"),
    ]


def _page(route: str, view: Any, name: str) -> URLPattern:
    page: URLPattern = path(route, admin.site.admin_view(view), name=name)
    return page
