"""A page for whoever opens an address that only takes what a form sends.

It happens to people: the session ends while a form is open, and after the login the browser is led
to where the form was sent. Django's answer to that is empty, a white window.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string


class NotAllowedMiddleware:
    """Fills Django's empty 405 with `405.html`; comes last, where the language is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render_to_string("405.html").encode()
        return response
