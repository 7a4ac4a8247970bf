"""The demo dealer, composed by us: a fleet of FIPE names, drawn pictures, written descriptions.

Nothing in here knows a table; `office.services.demo` puts it into the house.
"""

from __future__ import annotations
