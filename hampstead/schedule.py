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
    "Forget old transcripts and unused phrases": {
        "task": "voice.tasks.sweep_speech",
        "schedule": 3600.0,
    },
}
