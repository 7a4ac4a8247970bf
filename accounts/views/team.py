"""The team of a store, and choosing a password by a link."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import tasks
from accounts.forms_team import ForgottenForm, InviteForm, MemberForm
from accounts.guards import DealerRequest, by_person, managers_page
from accounts.models import Membership, User
from accounts.models.dealer import Role
from accounts.services import password_mails, people
from accounts.services.changes import By
from accounts.services.team import set_password
from config.lib.form_errors import show_refusal
from config.lib.tasks import enqueue


@require_http_methods(["GET", "HEAD", "POST"])
@managers_page
def team(request: DealerRequest) -> HttpResponse:
    """Show who works for the store, and invite one more; 422 names the field that is not taken."""
    actor = cast("Membership", request.membership)
    data = request.POST if request.method == "POST" else None
    form = InviteForm(data, roles=people.roles_for(actor))
    if data is not None and form.is_valid():
        try:
            invited = people.invite(actor=actor, by=by_person(request), **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            enqueue(tasks.mail_password_link, invited.membership.user_id, request.dealer.pk)
            told = _("%(person)s was invited by e-mail.") % {"person": invited.membership.user}
            messages.success(request, told)
            return redirect("accounts:team")
    status = 422 if form.errors else 200
    return render(request, "accounts/team.html", _context(request, actor, form), status=status)


@require_POST
@managers_page
def member(request: DealerRequest, pk: int) -> HttpResponse:
    """Give a member another role, send them away, take them back, or send the link again."""
    actor = cast("Membership", request.membership)
    form = MemberForm(request.POST)
    if not form.is_valid():
        raise Http404
    act, role = form.cleaned_data["act"], form.cleaned_data["role"]
    try:
        if act == "link":
            _send_again(request, actor, pk)
            return redirect("accounts:team")
        changed = people.change_member(
            pk,
            actor=actor,
            by=by_person(request),
            role=role if act == "role" else None,
            is_active={"end": False, "renew": True}.get(act),
        )
    except Membership.DoesNotExist as error:
        raise Http404 from error
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _said(changed, act))
    return redirect("accounts:team")


def _send_again(request: DealerRequest, actor: Membership, pk: int) -> None:
    other = Membership.objects.for_dealer(request.dealer).select_related("user").get(pk=pk)
    if not people.may_change(actor, other) or not other.is_active:
        raise PermissionDenied
    if not password_mails.may_send_again(other.user_id):
        messages.error(request, _("The link was sent a moment ago. Wait five minutes."))
        return
    enqueue(tasks.mail_password_link, other.user_id, request.dealer.pk)
    messages.success(request, _("The link was sent again."))


def _said(changed: Membership, act: str) -> str:
    person = {"person": changed.user, "role": changed.get_role_display()}
    if act == "role":
        return _("%(person)s is now: %(role)s.") % person
    if act == "end":
        return _("%(person)s no longer works here; what they did stays.") % person
    return _("%(person)s works here again.") % person


def _context(request: DealerRequest, actor: Membership, form: InviteForm) -> dict[str, Any]:
    rows = Membership.objects.for_dealer(request.dealer).exclude(role=Role.INTEGRATOR)
    rows = rows.select_related("user").order_by("-is_active", "user__first_name", "user_id")
    return {
        "form": form,
        "roles": people.roles_for(actor),
        "members": [
            (row, people.may_change(actor, row), people.awaits_password(row)) for row in rows
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_not_required
def forgotten(request: HttpRequest) -> HttpResponse:
    """Take the address of who forgot the password; the answer is the same whoever asks."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if password_mails.may_ask(email, str(request.META.get("REMOTE_ADDR", ""))):
            user = password_mails.user_to_remind(email)
            if user is not None:
                enqueue(tasks.mail_password_link, user.pk, 0)
        return render(request, "accounts/password_asked.html")
    status = 422 if form.errors else 200
    return render(request, "accounts/password_forgotten.html", {"form": form}, status=status)


@method_decorator(login_not_required, name="dispatch")
@method_decorator(sensitive_post_parameters(), name="dispatch")
class ChoosePage(auth_views.PasswordResetConfirmView):
    """Choose a password by a link that serves once; every session of the person ends."""

    template_name = "accounts/password_choose.html"
    success_url = reverse_lazy("accounts:login")
    # The link leads to a page without the key in its address, so that no log or referrer has it.
    reset_url_token = "choose"  # noqa: S105 - no secret: a word in the address

    def form_valid(self, form: Any) -> HttpResponseRedirect:
        """Store the password through the service; the link is used up by it."""
        user = cast("User", self.user)
        set_password(
            user.pk,
            by=By(user_id=user.pk, source="web"),
            password=form.cleaned_data["new_password1"],
        )
        self.request.session.flush()
        messages.success(self.request, _("Your password is set. Log in with it."))
        return HttpResponseRedirect(str(self.success_url))
