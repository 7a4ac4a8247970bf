"""What a person is told of by itself: the list, how many are new, and when they want mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import DealerRequest, dealer_page
from office.notice_words import words_of
from office.selectors.notices import (
    MailChoice,
    ended_notices,
    mail_choice,
    open_notices,
    seen_until,
    unseen_number,
)
from office.services.notices import choose_mail, mark_seen


class NoticeMailForm(forms.Form):
    """When a person wants to be told by e-mail."""

    mail = forms.ChoiceField(label=gettext_lazy("When I am written to"), choices=MailChoice.choices)


@require_safe
@dealer_page
def notice_list(request: DealerRequest) -> HttpResponse:
    """Show what stands now, what is over, and the choice of mails."""
    return _page(request, NoticeMailForm(initial={"mail": _chosen(request)}))


@require_safe
@dealer_page
def notice_number(request: DealerRequest) -> HttpResponse:
    """Return the badge of the bell: how many notices stand that the person has not looked at."""
    number = unseen_number(request.dealer, request.membership)
    return render(request, "components/_bell_number.html", {"number": number})


@require_POST
@dealer_page
def notices_seen(request: DealerRequest) -> HttpResponse:
    """Remember that the person has looked; nothing is removed by it."""
    if request.membership is not None:
        mark_seen(request.membership, now=timezone.now())
    if request.headers.get("HX-Request"):
        return render(request, "components/_bell_number.html", {"number": 0})
    return HttpResponseRedirect(reverse("office:notice_list"))


@require_POST
@dealer_page
def notice_mail(request: DealerRequest) -> HttpResponse:
    """Remember when the person wants mail."""
    form = NoticeMailForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    if request.membership is not None:
        choose_mail(request.membership, choice=MailChoice(form.cleaned_data["mail"]))
        messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("office:notice_list"))


def _chosen(request: DealerRequest) -> str:
    return mail_choice(request.membership).value if request.membership else MailChoice.NEVER.value


def _page(request: DealerRequest, form: NoticeMailForm, *, status: int = 200) -> HttpResponse:
    now, seen = timezone.now(), seen_until(request.membership)
    standing = open_notices(request.dealer, request.membership)
    context: dict[str, Any] = {
        "standing": [(words_of(row), row.created_at > seen) for row in standing],
        "ended": [
            words_of(row) for row in ended_notices(request.dealer, request.membership, now=now)
        ],
        "form": form,
        "has_new": any(row.created_at > seen for row in standing),
    }
    return render(request, "office/notice_list.html", context, status=status)
