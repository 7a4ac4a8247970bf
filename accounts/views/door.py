"""Pages of the door (log in, log out, choose the dealer, change the password) and of the store."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import (
    LoginForm,
    PublicPagesForm,
    StoreForm,
    SwitchDealerForm,
    SwitchLanguageForm,
)
from accounts.guards import DealerRequest, by_person, managers_page
from accounts.models import User
from accounts.services.changes import By
from accounts.services.dealers import update_dealer
from accounts.services.team import set_password, update_user
from config.lib.form_errors import show_refusal
from config.lib.htmx import wants_fragment
from config.lib.qr_codes import qr_svg


@method_decorator(login_not_required, name="dispatch")
class LoginPage(auth_views.LoginView):
    """Log in; somebody who is logged in already goes to the start page."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send a fragment's request whose session has ended to the whole login page.

        Otherwise htmx would follow the redirect and put the login form into the page.
        """
        if wants_fragment(request) and not request.user.is_authenticated:
            here = _path_of(request.headers.get("HX-Current-URL", ""))
            response = HttpResponse(status=401)
            response["HX-Redirect"] = f"{reverse('accounts:login')}?{urlencode({'next': here})}"
            return response
        return super().dispatch(request, *args, **kwargs)


def _path_of(address: str) -> str:
    """Return the path of an address a browser told, / when it is none."""
    try:
        path = urlsplit(address).path
    except ValueError:  # e.g. an unfinished IPv6 host
        path = ""
    return path if path.startswith("/") and not path.startswith("//") else "/"


class PasswordPage(auth_views.PasswordChangeView):
    """Change one's own password; the other sessions of the person end."""

    template_name = "accounts/password_form.html"
    success_url = reverse_lazy("office:start")

    def form_valid(self, form: Any) -> HttpResponseRedirect:
        """Store the password, keep this session alive, and say so."""
        user = cast("User", self.request.user)
        by = By(user_id=user.pk, source="web")
        changed = set_password(user.pk, by=by, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(self.request, changed)
        messages.success(self.request, _("Your password was changed."))
        return HttpResponseRedirect(self.get_success_url())


@require_POST
def switch_dealer(request: HttpRequest) -> HttpResponse:
    """Work for another of one's dealers from now on; 404 for a dealer one does not work for."""
    form = SwitchDealerForm(request.POST, user=cast("User", request.user))
    if not form.is_valid():
        raise Http404
    request.session["dealer_id"] = form.cleaned_data["dealer"].pk
    messages.info(request, _("You now work for %(dealer)s.") % form.cleaned_data)
    return redirect("office:start")


@require_http_methods(["GET", "HEAD", "POST"])
@managers_page
def store_settings(request: DealerRequest) -> HttpResponse:
    """Change what the store says of itself; 422 names the field that is not taken."""
    form = StoreForm(request.POST if request.method == "POST" else None, dealer=request.dealer)
    if request.method == "POST" and form.is_valid():
        facts = form.changes()
        try:
            update_dealer(request.dealer.pk, by=by_person(request), **facts)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            told = _("The store's data was saved. Ads that say any of it are sent again.")
            messages.success(request, told if facts else _("Nothing was changed."))
            return redirect("accounts:store_settings")
    status = 422 if form.errors else 200
    return render(request, "accounts/store_settings.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_page
def public_settings(request: DealerRequest) -> HttpResponse:
    """Switch the public pages of the stock on or off, and hand out their address."""
    initial = {"public_pages": request.dealer.public_pages}
    form = PublicPagesForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["public_pages"]
        update_dealer(request.dealer.pk, by=by_person(request), public_pages=wanted)
        said = _("The public pages are on.") if wanted else _("The public pages are off.")
        messages.success(request, said)
        return redirect("accounts:public_settings")
    path = reverse("inventory:public_stock", args=(request.dealer.code,))
    address = f"{settings.BASE_URL}{path}"
    qr = qr_svg(address, title=_("QR code to the page of your stock"))
    context = {"form": form, "path": path, "address": address, "qr": qr}
    return render(request, "accounts/public_settings.html", context)


@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Read the pages in another language from now on, everywhere; 404 for one we do not speak."""
    form = SwitchLanguageForm(request.POST)
    if not form.is_valid():
        raise Http404
    user = cast("User", request.user)
    by = By(user_id=user.pk, source="web")
    update_user(user.pk, by=by, language=form.cleaned_data["language"])
    here = request.POST.get("next", "")
    known = url_has_allowed_host_and_scheme(here, {request.get_host()}, request.is_secure())
    return redirect(here if known and here.startswith("/") else "office:start")
