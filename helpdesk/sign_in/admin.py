"""People who sign in, in the Django admin."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from helpdesk.core.models import DepartmentMember, User
from helpdesk.core.text.addresses import address_key
from helpdesk.core.web.requests import actor_of
from helpdesk.core.words import phrase_n
from helpdesk.events.recording import record
from helpdesk.sign_in import identity
from helpdesk.sign_in.second_factor import FACTORS, OwnSecondFactor, reset_second_factor


class AddressMixin(forms.ModelForm):
    """Refuses an address that is somebody else's already: a user's or a contact's."""

    def clean_email(self) -> str | None:
        address: str | None = self.cleaned_data["email"]
        if address:
            key = address_key(address)
            other = identity.user_with(key)
            if other and other.pk != self.instance.pk:
                raise ValidationError(_("Another person signs in with this address. Choose a different one."))
            if refusal := identity.why_not_of_the_desk(key, self.instance):
                raise ValidationError(refusal)
        return address

    def clean(self) -> Any:
        cleaned = super().clean()
        if (
            self.cleaned_data.get("is_staff")
            and not self.cleaned_data.get("email")
            and "email" not in self.errors
        ):
            self.add_error("email", _("People of the desk sign in with an address. Enter one."))
        return cleaned


class NewUserForm(AddressMixin, BaseUserCreationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True

    class Meta:
        model = User
        fields = ("email", "name")


class ChangedUserForm(AddressMixin, UserChangeForm):
    class Meta:
        model = User
        fields = (
            "email",
            "name",
            "password",
            "language",
            "time_zone",
            "theme",
            "shortcuts",
            "is_active",
            "is_staff",
            "is_superuser",
            "groups",
            "reach",
        )


class MembershipsOfUser(admin.TabularInline):
    """The departments that an agent is in."""

    model = DepartmentMember
    extra = 0


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Who signs in. Roles are the groups agent, manager and administrator."""

    form = ChangedUserForm
    add_form = NewUserForm
    ordering = ("email",)
    list_display = ("__str__", "email", "is_staff", "is_active", "second_factor", "last_login")
    actions = ("reset_second_factor",)
    list_filter = ("is_staff", "is_active", "groups", "reach")
    inlines = (MembershipsOfUser,)
    search_fields = ("email", "name")
    show_full_result_count = False
    filter_horizontal = ("groups",)
    readonly_fields = ("last_login", "created_at")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Preferences"), {"fields": ("language", "time_zone", "theme", "shortcuts")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "reach")}),
        (_("Dates"), {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "name", "password1", "password2")}),)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        """A person is added first, and put into departments then."""
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only a superuser makes superusers."""
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._within_reach(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._within_reach(request, obj)

    @staticmethod
    def _within_reach(request: HttpRequest, obj: User | None) -> bool:
        """An administrator does not touch a superuser."""
        return obj is None or request.user.is_superuser or not obj.is_superuser

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        found = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
        return super().get_queryset(request).annotate(has_second_factor=Exists(found))

    @admin.display(description=_("two-step sign-in"), boolean=True, ordering="has_second_factor")
    def second_factor(self, user: User) -> bool:
        return bool(getattr(user, "has_second_factor", False))

    @admin.action(description=_("Reset two-step sign-in of the chosen people"), permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For whoever lost the phone and the recovery codes. They are signed out everywhere, and told by letter."""
        try:
            with transaction.atomic():
                done = [
                    reset_second_factor(user, actor=actor_of(request)) for user in queryset.order_by("pk")
                ]
        except (OwnSecondFactor, PermissionDenied) as error:
            words = getattr(error, "message", None) or _("Only a superuser may change a superuser.")
            self.message_user(request, words, messages.ERROR)
            return
        self.message_user(request, phrase_n("Reset for %(n)s person", "Reset for %(n)s people", sum(done)))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        fields = sorted(name for name in form.changed_data if not name.startswith("password"))
        code = "user.changed" if change else "user.created"
        record(code, subject=form.instance, actor=actor_of(request), email=form.instance.email, fields=fields)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        record("user.deleted", subject=obj, actor=actor_of(request), email=obj.email)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for user in queryset:
            self.delete_model(request, user)
