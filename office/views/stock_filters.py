"""What a person keeps for the stock list: filters under names, and columns."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.guards import DealerRequest, by_person, dealer_page
from accounts.services.preferences import save_preference
from office.forms import ColumnsForm, SavedFilterForm, StockFilterForm
from office.models import SavedFilter
from office.selectors.saved_filters import COLUMNS_KEY
from office.services.saved_filters import delete_filter, save_filter


@require_POST
@dealer_page
def filter_save(request: DealerRequest) -> HttpResponse:
    """Keep the list's filter under a name, or give a kept one another name or filter."""
    form = SavedFilterForm(request.POST)
    query = _understood(request)
    if not form.is_valid():
        _tell_errors(request, form)
        return _back(query)
    try:
        save_filter(
            dealer=request.dealer,
            user_id=request.user.pk,
            by=by_person(request),
            name=form.cleaned_data["name"],
            query=query,
            saved_id=form.cleaned_data["saved"],
        )
    except SavedFilter.DoesNotExist as err:
        raise Http404 from err
    except ValidationError as err:
        messages.error(request, " ".join(err.messages))
    else:
        messages.success(request, _("The filter is saved."))
    return _back(query)


@require_POST
@dealer_page
def filter_delete(request: DealerRequest, pk: int) -> HttpResponse:
    """Forget a kept filter; the list stays as it is."""
    try:
        gone = delete_filter(
            pk, dealer=request.dealer, user_id=request.user.pk, by=by_person(request)
        )
    except SavedFilter.DoesNotExist as err:
        raise Http404 from err
    messages.success(request, _("The filter “%(name)s” is deleted.") % {"name": gone.name})
    return _back(gone.query)


@require_POST
@dealer_page
def columns_save(request: DealerRequest) -> HttpResponse:
    """Remember which columns the person wants to see at this dealer."""
    form = ColumnsForm(request.POST)
    if not form.is_valid():
        _tell_errors(request, form)
    elif request.membership is not None:
        save_preference(request.membership.pk, key=COLUMNS_KEY, value=form.cleaned_data["columns"])
    return _back(_understood(request))


def _understood(request: DealerRequest) -> str:
    """Return the posted query string as far as it is one of the list's."""
    query = QueryDict(request.POST.get("query", "")[:5000].encode(errors="replace"))
    return StockFilterForm(query).query()


def _back(query: str) -> HttpResponse:
    where = reverse("office:stock_list")
    return HttpResponseRedirect(f"{where}?{query}" if query else where)


def _tell_errors(request: DealerRequest, form: Form) -> None:
    for name, errors in form.errors.items():
        label = form.fields[name].label or _("Filter")
        messages.error(request, f"{label}: {' '.join(str(error) for error in errors)}")
