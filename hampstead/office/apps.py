from django.apps import AppConfig
from django.contrib import admin


class OfficeConfig(AppConfig):
    name = "hampstead.office"
    label = "office"
    verbose_name = "Office"

    def ready(self) -> None:
        # Pages that belong to no model; unfold's site looks for this hook. Imported here because
        # the views need every floor's models.
        from hampstead.office.pages import page_urls
        from leads.admin.lead import LeadAdmin

        admin.site.extra_urls = page_urls  # type: ignore[attr-defined]
        # Around the verdict, what floors above the leads know of them.
        LeadAdmin.change_form_outer_before_template = "admin/office/lead.html"
