"""Decides a waiting name: accept, another, none on purpose, not this one; and undoes it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.guards import DealerRequest, by_person, managers_page
from config.lib.htmx import trigger, wants_fragment
from config.lib.typed_ids import whole_number
from portals.models import CatalogueEntry, PortalAccess
from portals.name_addresses import is_slug, query_of, slug_of
from portals.selectors.decided_names import batches_of, decisions_of
from portals.selectors.mappings import GapKey
from portals.services.deciding import Conflict, Decided, Decision, accept, take_back
from portals.services.mapping_undo import undo
from portals.services.places import Place, Scope, place_of
from portals.services.proposals import Proposal
from portals.services.refusing import refuse
from portals.services.suggesting import propose
from portals.tasks import wake
from portals.views.mapping_last import Last, last_decision
from portals.views.mapping_name import name_page, read_name, row_of_name
from portals.views.mapping_queue import queue_at

CONFLICT = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """What somebody wants to do with a name."""

    access: PortalAccess
    key: GapKey
    what: str
    entry: CatalogueEntry | None
    seen: str | None

    @property
    def place(self) -> Place:
        return Scope.of(self.access).place(self.key)


@require_POST
@managers_page
def mapping_decide(request: DealerRequest) -> HttpResponse:
    """Do what the button says (`act`) with the name of the address; `entry` is the portal's name.

    Nothing is changed, and theirs is shown (409), if somebody else decided since `seen`.
    """
    access, key = read_name(request)
    what = request.POST.get("act", "")
    entry = None if what == "none" else _entry(request)
    if what not in ("accept", "choose", "none", "refuse"):
        raise Http404
    if entry is None and what != "none":
        return _refused(request, key, _("Choose a name of the portal."))
    act = _Act(access=access, key=key, what=what, entry=entry, seen=request.POST.get("seen"))
    try:
        decided = _decide(request, act)
    except ValidationError as error:
        return _refused(request, key, " ".join(error.messages))
    if decided.conflicts:
        return _conflict(request, act, decided.conflicts[0])
    wake(decided.marked)
    return _done(request, act, decided)


@require_POST
@managers_page
def mapping_undo(request: DealerRequest, pk: int) -> HttpResponse:
    """Take a batch of this dealer back; what somebody decided since stays and is counted."""
    batch = get_object_or_404(batches_of(request.dealer), pk=pk)
    report = undo(batch, by=by_person(request))
    wake(report.marked)
    text, tone = _("Undone."), "ok"
    if report.already:
        text, tone = _("It had been undone before."), "warn"
    elif report.kept:
        kept = ngettext(
            "Undone, but for %(number)d name that somebody decided again since.",
            "Undone, but for %(number)d names that somebody decided again since.",
            len(report.kept),
        )
        text, tone = kept % {"number": len(report.kept)}, "warn"
    at = request.GET.get("at", "")
    if wants_fragment(request):
        response = render(request, "portals/_mapping_last.html", {"out_of_band": True})
        toast: dict[str, object] = {"text": text, "tone": tone}
        return _announce(response, {"toast": toast, "names-changed": {"at": at}})
    level = messages.WARNING if tone == "warn" else messages.SUCCESS
    messages.add_message(request, level, text)
    if "back" in request.POST:
        row = at if is_slug(at) else ""
        return redirect(queue_at(request.dealer, request.POST["back"], at=row))
    return redirect("portals:mapping_batch", batch.pk)


@require_POST
@managers_page
def mapping_delete(request: DealerRequest, pk: int) -> HttpResponse:
    """Take one decision of this dealer back: the same name, or everyone's one, counts again."""
    own = decisions_of(request.dealer).filter(dealer=request.dealer)
    mapping = get_object_or_404(own, pk=pk)
    decided = take_back([place_of(mapping)], by=by_person(request), dealer=request.dealer)
    wake(decided.marked)
    messages.success(request, _("The decision was taken back."))
    where = reverse("portals:mapping_decided")
    return redirect(f"{where}?done={decided.batch.pk}" if decided.batch else where)


def _entry(request: DealerRequest) -> CatalogueEntry | None:
    """Return the entry that was posted, None if none was; 404 for one that does not exist."""
    chosen = request.POST.get("entry", "")
    if not chosen:
        return None
    number = whole_number(chosen)
    found = CatalogueEntry.objects.filter(pk=number).first() if number is not None else None
    if found is None:
        raise Http404
    return found


def _decide(request: DealerRequest, act: _Act) -> Decided:
    by = by_person(request)
    if act.what == "refuse" and act.entry is not None:
        return refuse(act.place, [act.entry], by=by, dealer=request.dealer)
    decision = Decision(
        place=act.place, entry=act.entry, proposal=_proposal(act), seen=act.seen or None
    )
    return accept(decision, by=by, dealer=request.dealer)


def _proposal(act: _Act) -> Proposal | None:
    """Return the suggestion that is accepted, computed again: what a form says is no reason."""
    if act.entry is None or act.what != "accept":
        return None
    found = propose(Scope.of(act.access), [act.key]).get(act.key, ())
    return next((each for each in found if each.entry_id == act.entry.pk), None)


def _done(request: DealerRequest, act: _Act, decided: Decided) -> HttpResponse:
    slug = slug_of(act.key)
    batch = str(decided.batch.pk) if decided.batch else ""
    last = last_decision(request.dealer, batch, at=slug)
    back = request.POST.get("back")
    if not wants_fragment(request):
        if last is None:
            messages.info(request, _("It was so already."))
        if back is None:
            return redirect(f"{reverse('portals:mapping_name')}?{query_of(act.key)}&done={batch}")
        at = slug if act.what == "refuse" else request.POST.get("next", "")
        at = at if is_slug(at) else ""
        return redirect(queue_at(request.dealer, back, at=at, done=batch, was=slug))
    context: dict[str, object] = {"last": last, "back": back or "", "out_of_band": True}
    if act.what == "refuse":
        context["row"] = row_of_name(request, act.access, act.key)
        response = render(request, "portals/_mapping_refused.html", context)
    else:
        response = render(request, "portals/_mapping_last.html", context)
    return _announce(response, {"toast": _toast(last, decided), "dialog-close": {}})


def _toast(last: Last | None, decided: Decided) -> dict[str, object]:
    if last is None:
        return {"text": _("It was so already."), "tone": "info"}
    looked = ngettext(
        "%(number)d ad is looked at again.",
        "%(number)d ads are looked at again.",
        decided.listings,
    )
    more = f" {looked % {'number': decided.listings}}" if decided.listings else ""
    return {"text": last.text + more, "act": {"text": _("Undo"), "url": last.url}}


def _conflict(request: DealerRequest, act: _Act, conflict: Conflict) -> HttpResponse:
    """Show what somebody else decided meanwhile, with what was seen of it from now on."""
    text = _conflict_words(conflict)
    if not wants_fragment(request):
        return name_page(request, act.access, act.key, conflict=text, status=CONFLICT)
    context = {
        "row": row_of_name(request, act.access, act.key),
        "conflict": text,
        "back": request.POST.get("back", ""),
    }
    response = render(request, "portals/_mapping_row.html", context, status=CONFLICT)
    return _announce(response, {"toast": {"text": text, "tone": "warn"}, "dialog-close": {}})


def _conflict_words(conflict: Conflict) -> str:
    mapping = conflict.mapping
    if mapping is None:
        return _("Somebody took the decision back meanwhile. Nothing of yours was saved.")
    return _(
        "%(who)s decided this meanwhile (%(at)s): %(now)s. Nothing of yours was saved; decide "
        "again to replace it."
    ) % {
        "who": mapping.decided_by or _("Somebody"),
        "at": date_format(localtime(mapping.decided_at), "SHORT_DATETIME_FORMAT"),
        "now": mapping.entry.name if mapping.entry else _("the portal has no such thing"),
    }


def _refused(request: DealerRequest, key: GapKey, text: str) -> HttpResponse:
    """Say what made no sense; nothing was saved."""
    if wants_fragment(request):
        return _announce(HttpResponse(status=204), {"toast": {"text": text, "tone": "bad"}})
    messages.error(request, text)
    return redirect(f"{reverse('portals:mapping_name')}?{query_of(key)}")


def _announce(response: HttpResponse, events: dict[str, dict[str, object]]) -> HttpResponse:
    for event, detail in events.items():
        response = trigger(response, event, **detail)
    return response
