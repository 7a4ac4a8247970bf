"""Connecting at the portal's own page: the link that leads there, and the address it leads back to.

The way there is a link, no form: our policy lets forms, and what they redirect to, go nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.guards import DealerRequest, by_person, managers_page
from config.lib.remote_errors import RemoteError
from config.lib.tasks import enqueue
from portals import tasks
from portals.connecting_words import error_text, exchange_text, lost_text
from portals.connectors.registry import connector_class
from portals.models import Portal, PortalAccess
from portals.models.access import Environment
from portals.services import connecting
from portals.services.access import save_access

OUTSIDE = ("cross-site", "same-site")  # what Sec-Fetch-Site says of a link that is not ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A portal that is connected in the browser, and the dealer's access to it if there is one."""

    portal: Portal
    access: PortalAccess | None

    @property
    def form(self) -> str:
        """The page that offers to connect, where every failure is told."""
        if self.access is None:
            return reverse("portals:access_create", args=[self.portal.slug])
        return reverse("portals:access_update", args=[self.access.pk])


def offer(request: DealerRequest, portal: Portal, access: PortalAccess | None) -> HttpResponse:
    """Show one link for each environment; nothing is typed, so nothing is taken."""
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    connector = connector_class(portal.slug)
    offered = [pair for pair in Environment.choices if pair[0] in connector.base_urls]
    context = {
        "at_hand": _(connector.connect_help) if connector.connect_help else "",
        "portal": portal,
        "access": access,
        "environments": [pair for pair in offered if connecting.can_connect(portal.slug, pair[0])],
        "closed": [pair for pair in offered if not connecting.can_connect(portal.slug, pair[0])],
    }
    return render(request, "portals/access_connect.html", context)


@require_GET
@never_cache
@managers_page
def connect_start(request: DealerRequest, slug: str) -> HttpResponse:
    """Lead to the portal's page for one of its environments (`environment` in the query)."""
    target = _target(request, slug)
    environment = request.GET.get("environment", "")
    if environment not in connector_class(slug).base_urls:
        raise Http404
    if not connecting.can_connect(slug, environment):
        return redirect(target.form)  # where it is said that it cannot be done here
    if request.headers.get("Sec-Fetch-Site", "") in OUTSIDE:
        return redirect(target.form)  # led here by another site: ask the person first
    try:
        address = connecting.leave(
            request.session,
            dealer=request.dealer,
            portal=target.portal,
            environment=environment,
            base_url=target.access.base_url if target.access else "",
        )
    except RemoteError as error:
        return _failed(request, target, exchange_text(error, portal=target.portal.name))
    return HttpResponseRedirect(address)


@require_GET
@never_cache
@managers_page
def connect_done(request: DealerRequest, slug: str) -> HttpResponse:
    """Take the portal's answer: `state` with `code`, or with `error` and `error_description`."""
    target, asked = _target(request, slug), request.GET
    name = target.portal.name
    try:
        waiting = connecting.come_back(
            request.session, dealer=request.dealer, slug=slug, state=asked.get("state", "")
        )
    except connecting.NothingWaits as lost:
        return _failed(request, target, lost_text(lost.code, portal=name))
    request.session.save()  # used up now, however long the portal takes
    if "error" in asked:
        told = error_text(asked["error"], asked.get("error_description", ""), portal=name)
        return _failed(request, target, told)
    try:
        connection = connecting.exchange(waiting, slug=slug, code=asked.get("code", ""))
        access, marked = save_access(
            dealer=request.dealer,
            portal=target.portal,
            environment=waiting.environment,
            base_url=waiting.base_url,
            credentials={},
            connection=connection,
            by=by_person(request),
        )
    except RemoteError as error:
        return _failed(request, target, exchange_text(error, portal=name))
    except ValidationError as error:
        return _failed(request, target, " ".join(error.messages))
    tasks.wake(marked)
    enqueue(tasks.sync_access, access.pk)
    _tell(request, target, access)
    return redirect("portals:access_detail", access.pk)


def _target(request: DealerRequest, slug: str) -> Target:
    """Return what is connected; 404 for a portal that is not connected in the browser."""
    if connecting.browser_connector(slug) is None:
        raise Http404
    accesses = PortalAccess.objects.for_dealer(request.dealer).select_related("portal")
    access = accesses.filter(portal__slug=slug).first()
    if access is not None:
        return Target(portal=access.portal, access=access)
    portal = get_object_or_404(Portal.objects.filter(is_active=True), slug=slug)
    return Target(portal=portal, access=None)


def _failed(request: DealerRequest, target: Target, text: str) -> HttpResponse:
    messages.error(request, text)
    return redirect(target.form)


def _tell(request: DealerRequest, target: Target, access: PortalAccess) -> None:
    before = target.access.account_fingerprint if target.access else ""
    words = {"portal": target.portal.name}
    if before in ("", access.account_fingerprint):
        messages.success(
            request, _("%(portal)s is connected. What was waiting goes out now.") % words
        )
    else:
        messages.warning(
            request,
            _(
                "Another account of %(portal)s is connected now: what was known of the ads of the "
                "old one is forgotten, and they are looked up in this one."
            )
            % words,
        )
