"""The periodic tasks, to look at. They are written in code, so nothing is edited here."""

from django.contrib import admin
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from hampstead.core.admin.reading import ReadOnlyAdmin, label, moment

for model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, SolarSchedule, PeriodicTask):
    admin.site.unregister(model)


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(ReadOnlyAdmin):
    list_display = ("name", "state_label", "rhythm", "last_run", "total_run_count")
    list_filter = ("enabled",)
    list_select_related = ("interval", "crontab", "solar", "clocked")
    search_fields = ("name", "task")
    ordering = ("name",)
    fields = ("name", "task", "state_label", "rhythm", "last_run", "total_run_count")
    last_run = moment("last_run_at", "Last run")

    @label("State", {"on": "success", "off": "warning"}, "enabled")
    def state_label(self, task: PeriodicTask) -> tuple[str, str]:
        return ("on", "On") if task.enabled else ("off", "Off")

    @admin.display(description="Runs")
    def rhythm(self, task: PeriodicTask) -> str:
        return str(task.interval or task.crontab or task.solar or task.clocked or "once")
