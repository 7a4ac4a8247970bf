"""Why a picture was refused, in templates."""

from __future__ import annotations

from django import template

from inventory.services.photo_words import problem_text

register = template.Library()
register.filter("photo_problem", problem_text)
