"""Changes of state that concern the whole house."""

from __future__ import annotations
