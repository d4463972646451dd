from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "hampstead.office"
    label = "office"
    verbose_name = "Office"
