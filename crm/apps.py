"""HubSpot kept true: every person, lead and conversation is synced by state, never by events.

The highest floor below the office: it reads all others and none of them knows it.
"""

from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = "CRM sync"
