"""Tokens of the API are made and taken back by `manage.py api_token`: no page shows one."""

from django.contrib import admin
from rest_framework.authtoken.models import TokenProxy

admin.site.unregister(TokenProxy)
