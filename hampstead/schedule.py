"""The periodic schedule as data.

Each task means "sweep what is due": a missed beat costs nothing.
"""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "Delete old webhook bodies and vendor call logs": {
        "task": "hampstead.core.tasks.purge_old_rows",
        "schedule": 3600.0,
    },
    "Watch for stuck work": {
        "task": "hampstead.core.tasks.watch_stuck_work",
        "schedule": 60.0,
    },
    "Match delivery statuses that came early": {
        "task": "whatsapp.tasks.match_late_statuses",
        "schedule": 60.0,
    },
    "Summarise conversations that have paused": {
        "task": "conversations.tasks.summarise_paused",
        "schedule": 60.0,
    },
    "Let go of lapsed holds and close past surveys": {
        "task": "leads.tasks.sweep_surveys",
        "schedule": 60.0,
    },
    "Write briefs for the surveyors": {
        "task": "leads.tasks.write_due_briefs",
        "schedule": 60.0,
    },
    # Microsoft's word of a change is acted on five seconds later; otherwise a calendar rests.
    "Read what changed in the surveyors' calendars": {
        "task": "leads.tasks.read_calendars",
        "schedule": 10.0,
    },
    "Write again what a calendar should show": {
        "task": "leads.tasks.mend_calendars",
        "schedule": 60.0,
    },
    "Renew the calendars' subscriptions": {
        "task": "leads.tasks.renew_subscriptions",
        "schedule": 600.0,
    },
    "Warn before the Microsoft secret expires": {
        "task": "leads.tasks.warn_of_expiring_secret",
        "schedule": 3600.0,
    },
    "Tell customers of their surveys": {
        "task": "whatsapp.tasks.send_due_notices",
        "schedule": 30.0,
    },
    "Ask about calls that fell silent": {
        "task": "voice.tasks.ask_about_silent_calls",
        "schedule": 60.0,
    },
    "Ring back whoever was handed to the assistant": {
        "task": "voice.tasks.ring_back",
        "schedule": 30.0,
    },
    "Compare the calls with VAPI's": {
        "task": "voice.tasks.compare_calls",
        "schedule": 86400.0,
    },
    "Fetch recordings of calls": {
        "task": "voice.tasks.fetch_recordings",
        "schedule": 20.0,
    },
    "Forget old transcripts and unused phrases": {
        "task": "voice.tasks.sweep_speech",
        "schedule": 3600.0,
    },
}
