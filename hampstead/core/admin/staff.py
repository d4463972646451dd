"""Who works in the office and what they may do."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from hampstead.core.admin.audited import AuditedAdmin
from hampstead.core.admin.reading import label, moment
from hampstead.core.models import StaffUser

RIGHTS = ("is_superuser", "groups", "user_permissions")


class StaffUserCreationForm(UserCreationForm):
    class Meta:
        model = StaffUser
        fields = ("username",)


class StaffUserChangeForm(UserChangeForm):
    class Meta:
        model = StaffUser
        fields = "__all__"


@admin.register(StaffUser)
class StaffUserAdmin(AuditedAdmin, UserAdmin, ModelAdmin):  # type: ignore[type-arg]
    form = StaffUserChangeForm
    add_form = StaffUserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "state_label", "role_label", "last_seen")
    list_filter = ("is_active", "is_superuser", "groups")
    readonly_fields = ("password_link", "last_seen", "joined")
    fieldsets = (
        (None, {"fields": ("username", "first_name", "last_name", "email", "password_link")}),
        ("May do", {"fields": ("is_active", "is_staff", *RIGHTS)}),
        ("Times", {"fields": ("last_seen", "joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "password1", "password2", "is_staff")}),)
    last_seen = moment("last_login", "Last login")
    joined = moment("date_joined", "Added")

    @admin.display(description="Name", ordering="last_name")
    def full_name(self, user: StaffUser) -> str:
        return user.get_full_name()

    @label("State", {"on": "success", "off": ""}, "is_active")
    def state_label(self, user: StaffUser) -> tuple[str, str]:
        return ("on", "Active") if user.is_active else ("off", "Left")

    @label("Role", {"all": "primary", "some": "info"}, "is_superuser")
    def role_label(self, user: StaffUser) -> tuple[str, str]:
        return ("all", "May do everything") if user.is_superuser else ("some", "Staff")

    @admin.display(description="Password")
    def password_link(self, user: StaffUser) -> str:
        if user.pk is None:
            return ""
        return format_html(
            '<a class="office-link" href="{}">Set a new password</a>',
            reverse("admin:auth_user_password_change", args=[user.pk]),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Nobody gives themselves rights they do not have.
        locked = () if request.user.is_superuser else RIGHTS
        return (*self.readonly_fields, *locked)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_above = isinstance(obj, StaffUser) and obj.is_superuser
        if is_above and not request.user.is_superuser:
            return False
        return bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The audit names them for ever; who leaves is set inactive.
        return False


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(AuditedAdmin, GroupAdmin, ModelAdmin):
    """Named sets of permissions. Only those who may do everything change them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)
