"""Plans and highlights: slots as bars, who waits, and the rule that gives the highlights."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import DealerRequest, by_person, dealer_page, managers_page, manages
from portals.connectors.registry import traits_of
from portals.forms_highlights import HighlightRuleForm
from portals.highlight_words import seat_lines, step_text
from portals.models import HighlightRule, PortalAccess
from portals.models.highlight_rule import KEEP_DAYS, Criterion
from portals.selectors.plans import plans_of
from portals.services.highlight_rules import DryRun, dry_run, run_rule, save_rule
from portals.tasks import wake

MOST_WITHOUT = 10  # of the ads that stay without are shown


@require_safe
@dealer_page
def plan_list(request: DealerRequest) -> HttpResponse:
    """Show the plans of every portal account, who waits for a slot, and the rule in use."""
    context = {"accounts": plans_of(request.dealer), "manages": manages(request)}
    return render(request, "portals/plan_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_page
def highlight_rule(request: DealerRequest, pk: int) -> HttpResponse:
    """Show what the rule would do now (GET, also of one that is being tried), or save it (POST)."""
    access = _find(request, pk)
    rule = HighlightRule.objects.for_dealer(request.dealer).filter(access=access).first()
    if request.method == "POST":
        form = HighlightRuleForm(request.POST)
        if not traits_of(access.portal.slug).highlights:
            form.add_error(None, _("This portal has no highlights that we can give."))
        if form.is_valid():
            save_rule(access=access, by=by_person(request), **form.cleaned_data)
            messages.success(request, _("The rule was saved."))
            return redirect("portals:highlight_rule", access.pk)
        return _show(request, access, form, _as_rule(access, rule), status=422)
    tried = HighlightRuleForm(request.GET) if request.GET.get("criterion") else None
    if tried is not None and tried.is_valid():
        return _show(request, access, tried, _as_rule(access, None, **tried.cleaned_data))
    chosen = _as_rule(access, rule)
    return _show(request, access, tried or _form(rule), chosen, status=422 if tried else 200)


@require_POST
@managers_page
def highlight_run(request: DealerRequest, pk: int) -> HttpResponse:
    """Do what the dry run shown says, if it is still the same; otherwise show the new one (409)."""
    access = _find(request, pk)
    form = HighlightRuleForm(request.POST)
    rule = HighlightRule.objects.for_dealer(request.dealer).filter(access=access).first()
    if not form.is_valid() or not traits_of(access.portal.slug).highlights:
        return _show(request, access, form, _as_rule(access, rule), status=422)
    by, token = by_person(request), request.POST.get("token", "")
    chosen = _as_rule(access, None, **form.cleaned_data)
    found = dry_run(chosen, now=timezone.now())
    if found.token == token:
        # What is saved is what was looked at; whatever happens between here and there is told.
        saved = save_rule(access=access, by=by, **form.cleaned_data)
        ran = run_rule(saved.pk, token=token, by=by, now=timezone.now())
        if ran.done:
            wake(ran.marked)
            messages.success(request, _told(ran.dry_run))
            return redirect("portals:highlight_rule", access.pk)
        found = ran.dry_run
    return _show(request, access, form, chosen, found=found, stale=True, status=409)


def _told(done: DryRun) -> str:
    number = len(done.moves)
    text = ngettext("%(number)d highlight moved.", "%(number)d highlights moved.", number)
    return text % {"number": number}


def _find(request: DealerRequest, pk: int) -> PortalAccess:
    accesses = PortalAccess.objects.for_dealer(request.dealer)
    return get_object_or_404(accesses.select_related("portal", "dealer"), pk=pk)


def _form(rule: HighlightRule | None) -> HighlightRuleForm:
    names = HighlightRuleForm.base_fields
    initial = {name: getattr(rule, name) for name in names} if rule else {"is_active": True}
    return HighlightRuleForm(initial=initial)


def _as_rule(access: PortalAccess, rule: HighlightRule | None, **facts: Any) -> HighlightRule:
    """Return the rule to look at; one that is only tried is not saved."""
    if rule is not None:
        rule.access = access
        return rule
    tried = {"criterion": Criterion.OLDEST, "keep_days": KEEP_DAYS, "is_active": True, **facts}
    return HighlightRule(access=access, dealer=access.dealer, **tried)


def _show(
    request: DealerRequest,
    access: PortalAccess,
    form: HighlightRuleForm,
    rule: HighlightRule,
    *,
    found: DryRun | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    run = found or dry_run(rule, now=timezone.now())
    words = {"criterion": rule.criterion, "currency": request.dealer.currency}
    parts = {
        name: seat_lines(seats, run.listings, **words)
        for name, seats in (
            ("losses", run.plan.losses),
            ("gains", run.plan.gains),
            ("kept", run.plan.kept),
            ("without", run.plan.without[:MOST_WITHOUT]),
        )
    }
    context = {
        "access": access,
        "form": form,
        "rule": rule,
        "run": run,
        "more_without": len(run.plan.without) - len(parts["without"]),
        "step": step_text(rule.criterion, currency=request.dealer.currency),
        "has_highlights": bool(traits_of(access.portal.slug).highlights),
        "stale": stale,
        **parts,
    }
    return render(request, "portals/highlight_rule.html", context, status=status)
