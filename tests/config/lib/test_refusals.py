"""What a browser is shown where Django itself would leave the window white or say it in English."""

from __future__ import annotations

import pytest
from django.http import HttpResponseNotAllowed
from django.test import Client
from django.utils import translation
from django.views.defaults import server_error

from config.lib.not_allowed import NotAllowedMiddleware
from tests.factories.accounts import DealerFactory
from tests.pages import client_of


@pytest.mark.django_db
def test_an_address_that_only_takes_forms_says_so():
    response = client_of(DealerFactory()).get("/logout/")

    assert response.status_code == 405
    assert response["Allow"] == "POST, OPTIONS"
    assert "Nothing to see at this address" in response.content.decode()


def test_an_answer_that_has_words_of_its_own_keeps_them(rf):
    answer = HttpResponseNotAllowed(["POST"], content="Only by machine.")

    assert NotAllowedMiddleware(lambda _: answer)(rf.get("/")) is answer
    assert answer.content == b"Only by machine."


def test_what_cannot_be_read_is_answered_with_a_page(settings):
    settings.DEBUG = False

    response = Client().get("/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert "This could not be read" in response.content.decode()


def test_a_breakdown_tells_the_language_it_is_told_in(rf):
    with translation.override("pt-br"):
        text = server_error(rf.get("/")).content.decode()

    assert '<html lang="pt-br">' in text
    assert "Ir para o início" in text
