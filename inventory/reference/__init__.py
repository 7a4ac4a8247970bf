"""The reference catalogue as pure functions: names are split and matched without a database."""

from __future__ import annotations
