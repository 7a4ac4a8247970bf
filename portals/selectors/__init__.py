"""Reads of the portals' pages: bounded numbers of queries, always within one dealer."""

from __future__ import annotations
