"""A list of the support floor costs the same for five rows and for fifty, whatever the table."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.db import connection, models
from django.forms import ModelChoiceField
from django.test.utils import CaptureQueriesContext

from tests.office.test_admin import OURS, full_house, list_url, support

__all__ = ["full_house", "support"]
pytestmark = pytest.mark.django_db
NUMBERS = itertools.count(1)
FEW, MANY = 5, 50


def copy_of(row: models.Model) -> Any:
    """Store a row like another, different wherever the table allows no two alike."""
    fresh, meta = copy.copy(row), row._meta
    fresh.pk, fresh._state.adding = None, True
    told_apart = _unique_names(type(row))
    for field in meta.concrete_fields:
        if field.primary_key and field.related_model is None:
            if not isinstance(field, models.AutoField):
                setattr(fresh, field.name, f"{next(NUMBERS)}")
        elif field.unique or field.name in told_apart:
            setattr(fresh, field.name, _another(field, getattr(row, field.name)))
    fresh.save_base(raw=True, force_insert=True)
    return fresh


def _unique_names(model: type[models.Model]) -> set[str]:
    """Return one column of every rule, of the kind that is easiest to change."""
    chosen = set()
    for rule in model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint):
            names = [*rule.fields, *(_column(each) for each in rule.expressions)]
            fields = [model._meta.get_field(name) for name in names]
            # Rows of another dealer would not belong to their vehicle.
            fields = [field for field in fields if field.name != "dealer"] or fields
            texts = [f for f in fields if isinstance(f, models.CharField) and not f.choices]
            numbers = [f for f in fields if isinstance(f, models.IntegerField) and not f.choices]
            chosen.add((texts or numbers or fields)[0].name)
    return chosen


def _column(expression: Any) -> str:
    return str(expression.get_source_expressions()[0].name)


def _another(field: Any, value: Any) -> Any:
    number = next(NUMBERS)
    if field.related_model is not None:
        return copy_of(value) if value is not None else None
    if value is None or (field.null and value == ""):
        return None
    if field.has_default() and callable(field.default):
        return field.get_default()
    if isinstance(field, models.CharField | models.TextField):
        tail = f"{number:x}"
        return f"{str(value)[: (field.max_length or 200) - len(tail)]}{tail}"
    return value + number


def count(client, url: str, **query: str) -> int:
    """Return how many queries a list takes."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url, query)
    assert answer.status_code == 200, url
    return len(queries)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label_lower)
def test_a_list_costs_the_same_for_five_rows_and_for_fifty(support, full_house, model):
    page, url = admin.site._registry[model], list_url(model)
    sample = model._default_manager.order_by("pk").last()
    for _ in range(FEW):
        copy_of(sample)
    searches = [{}, {"q": "1"}] if page.search_fields else [{}]
    support.get(url)  # what is remembered for good is asked for once
    few = [count(support, url, **query) for query in searches]
    for _ in range(MANY):
        copy_of(sample)

    assert [count(support, url, **query) for query in searches] == few
    assert max(few) <= 16


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label_lower)
def test_no_list_counts_the_whole_table_or_offers_it_as_choices(support, full_house, model):
    page = admin.site._registry[model]
    request = support.get("/admin/").wsgi_request
    names = {field.name for field in model._meta.concrete_fields}
    form = page.get_form(request)() if page.has_add_permission(request) else None

    assert page.show_full_result_count is False
    assert "dealer" not in names or "dealer" in page.get_list_filter(request)
    for field in form.fields.values() if form is not None else ():
        assert not isinstance(field, ModelChoiceField) or isinstance(
            field.widget, ForeignKeyRawIdWidget
        )
