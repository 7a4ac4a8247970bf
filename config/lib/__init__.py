"""Shared ground: no models, imports no app. Everything here may be used by every room."""
