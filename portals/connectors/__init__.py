"""Connectors: one folder per portal, one contract (base.py), one registry (registry.py)."""
