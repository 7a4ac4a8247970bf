"""Accesses of the dealer to portals: connect, test, switch, read what the portal tells."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import DealerRequest, by_person, dealer_page, managers_page, manages
from config.lib.form_errors import show_refusal
from config.lib.htmx import render_page_or_fragment, wants_fragment
from config.lib.tasks import enqueue
from config.lib.typed_ids import whole_number
from portals import account_words, tasks
from portals.connectors.registry import connector_class
from portals.forms import AccessForm, SwitchesForm
from portals.models import Portal, PortalAccess
from portals.selectors.accesses import (
    accesses_with_counts,
    catalogue_counts,
    last_attempts,
    plan_bars,
    portals_to_connect,
)
from portals.services import access as access_services
from portals.views import connecting

WATCHED = 300  # seconds for which the page looks for the end of a reading


@require_safe
@dealer_page
def access_list(request: DealerRequest) -> HttpResponse:
    """List the portals the dealer is connected to, and those it could be."""
    context = {
        "accesses": accesses_with_counts(request.dealer),
        "offered": portals_to_connect(request.dealer),
        "manages": manages(request),
    }
    return render(request, "portals/access_list.html", context)


@require_safe
@dealer_page
def access_detail(request: DealerRequest, pk: int) -> HttpResponse:
    """Show an access: whether it works, its plans, when it was read, the last exchanges."""
    access = _find(request, pk)
    context = {
        "access": access,
        "bars": plan_bars(access),
        "names": catalogue_counts(access),
        "attempts": last_attempts(access),
        "switches": SwitchesForm(
            initial={name: getattr(access, name) for name in SwitchesForm.base_fields}
        ),
        "manages": manages(request),
        "reading_plans": _reading_plans(access, request.GET.get("since", "")),
    }
    return render(request, "portals/access_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_page
def access_create(request: DealerRequest, slug: str) -> HttpResponse:
    """Connect the dealer to a portal."""
    portal = get_object_or_404(portals_to_connect(request.dealer), slug=slug)
    return _edit(request, portal, None)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_page
def access_update(request: DealerRequest, pk: int) -> HttpResponse:
    """Change the account of an access; secrets are never shown, blank ones are kept."""
    access = _find(request, pk)
    return _edit(request, access.portal, access)


@require_POST
@managers_page
def access_test(request: DealerRequest, pk: int) -> HttpResponse:
    """Log in at the portal now and tell every step apart."""
    access = _find(request, pk)
    report = access_services.check_credentials(access)
    works, why = account_words.works(report), account_words.why_failed(access, report)
    warning = account_words.plan_warning(access, report)
    if works:
        tasks.wake_accesses([access.pk])
    if wants_fragment(request):
        access.refresh_from_db()  # the badge above tells what the test came to
        context = {
            "access": access,
            "steps": account_words.steps_of(report),
            "works": works,
            "why": why,
            "warning": warning,
            "plans": [account_words.plan_line(plan) for plan in report.plans],
        }
        return render(request, "portals/_test_result.html", context)
    if works:
        messages.success(request, _("The portal accepted the credentials."))
    else:
        failed = next(account_words.step_name(step) for step, passed in report.steps if not passed)
        said = _("The test failed at: %(step)s.") % {"step": failed}
        messages.error(request, f"{said} {why}")
    if warning:
        messages.warning(request, warning)
    return redirect("portals:access_detail", access.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_page
def access_sync(request: DealerRequest, pk: int) -> HttpResponse:
    """Ask for plans and catalogue to be read (POST); tell how far that is (GET, `since`)."""
    access = _find(request, pk)
    since = request.GET.get("since", "")
    if request.method == "POST":
        enqueue(tasks.sync_access, access.pk)
        enqueue(tasks.reconcile_access, access.pk)
        since = str(int(time.time()))
        if not wants_fragment(request):
            messages.info(request, _("Plans and catalogue are being read; this takes a minute."))
            return redirect("portals:access_detail", access.pk)
    return render_page_or_fragment(
        request,
        page="portals/_sync.html",
        fragment="portals/_sync.html",
        context=_progress(access, since),
    )


@require_POST
@managers_page
def access_switch(request: DealerRequest, pk: int) -> HttpResponse:
    """Switch the access, its stock or its leads on or off."""
    access = _find(request, pk)
    form = SwitchesForm(request.POST)
    if form.is_valid():
        marked = access_services.set_switches(
            access=access, by=by_person(request), **form.cleaned_data
        )
        tasks.wake(marked)
        messages.success(request, _("The switches were saved."))
    return redirect("portals:access_detail", access.pk)


@require_POST
@managers_page
def access_resume(request: DealerRequest, pk: int) -> HttpResponse:
    """Lift a stop, after the cause was put right."""
    access = _find(request, pk)
    tasks.wake(access_services.resume_access(access=access, by=by_person(request)))
    messages.success(request, _("The access is working again; what was waiting goes out now."))
    return redirect("portals:access_detail", access.pk)


def _find(request: DealerRequest, pk: int) -> PortalAccess:
    accesses = PortalAccess.objects.for_dealer(request.dealer)
    return get_object_or_404(accesses.select_related("portal", "dealer"), pk=pk)


def _edit(request: DealerRequest, portal: Portal, access: PortalAccess | None) -> HttpResponse:
    try:
        connector = connector_class(portal.slug)
    except KeyError as err:
        raise Http404 from err
    if connector.connects_by == "browser":
        return connecting.offer(request, portal, access)
    form = AccessForm(
        request.POST or None,
        connector=connector,
        is_connected=access is not None,
        initial={"environment": access.environment} if access else {},
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved, marked = access_services.save_access(
                dealer=request.dealer,
                portal=portal,
                environment=form.cleaned_data["environment"],
                base_url=access.base_url if access else "",
                credentials=form.credentials(),
                by=by_person(request),
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            tasks.wake(marked)
            enqueue(tasks.sync_access, saved.pk)
            messages.success(request, _("Saved. Test the credentials now."))
            return redirect("portals:access_detail", saved.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "portal": portal, "access": access}
    return render(request, "portals/access_form.html", context, status=status)


def _reading_plans(access: PortalAccess, since: str) -> int:
    """Return since which second the page waits for the first reading of plans; 0: not at all."""
    if access.plans_fetched_at is not None or access.is_stopped or not access.is_active:
        return 0
    began = whole_number(since) or int(time.time())
    return began if time.time() - began < WATCHED else 0


def _progress(access: PortalAccess, since: str) -> dict[str, object]:
    started = float(since) if since.isdecimal() and len(since) < len("10000000000000") else 0.0
    moment = datetime.fromtimestamp(min(started, time.time()), tz=UTC)
    fetched = access.catalogue_fetched_at
    done = fetched is not None and fetched >= moment
    running = bool(started) and not done and time.time() - started < WATCHED
    return {"access": access, "since": since, "running": running, "asked": bool(started)}
