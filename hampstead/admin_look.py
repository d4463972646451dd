"""How the admin looks, and what frames each of its pages."""

from typing import Any

from django.templatetags.static import static

ADMIN_LOOK: dict[str, Any] = {
    "SITE_TITLE": "Hampstead Renovations",
    "SITE_HEADER": "Hampstead Renovations",
    "SITE_SUBHEADER": "Receptionist",
    "SITE_SYMBOL": "home_work",
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_HISTORY": False,  # our own audit says who and why
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("office/favicon.svg"),
        }
    ],
    "STYLES": [lambda request: static("office/admin.css")],
    "ENVIRONMENT": "hampstead.office.navigation.environment_badge",
    "DASHBOARD_CALLBACK": "hampstead.office.home.home_context",
    "SIDEBAR": {
        "show_search": True,
        "navigation": "hampstead.office.navigation.sidebar",
    },
}
