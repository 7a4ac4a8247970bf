"""What tests of pages share: a browser of a person who works for a dealer."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import Dealer
from accounts.models.dealer import Role
from tests.factories.accounts import MembershipFactory

HTMX = {"HX-Request": "true"}


def client_of(dealer: Dealer, role: str = Role.OWNER) -> Client:
    """Return a logged-in browser of a new member of that dealer."""
    membership = MembershipFactory.create(dealer=dealer, role=role)
    client = Client()
    client.force_login(membership.user)
    return client


def goes_to(response: Any) -> str:
    """Return where a redirect leads; "" for an answer that is none."""
    return str(response.headers.get("Location", ""))


def said(response: Any) -> list[str]:
    """Return the messages this request left for the next page."""
    return [str(message) for message in response.wsgi_request._messages._queued_messages]
