"""Pages of the door: log in, log out, choose the dealer, change the password."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms import LoginForm, SwitchDealerForm
from accounts.models import User
from accounts.services.changes import By
from accounts.services.team import set_password
from config.lib.htmx import wants_fragment


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
