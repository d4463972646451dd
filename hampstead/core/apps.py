from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "hampstead.core"
    label = "core"
    verbose_name = "Engine room"

    def ready(self) -> None:
        from hampstead.core import checks  # noqa: F401  registers the system checks
