"""A stand-in for the portal OLX Autos, written from its public documents (the repository
ad_integration of 2020 and the newer pages of developers.olx.com.br).

Nothing is published when an import is accepted: its ads wait in a queue and a status token tells
what became of each. What the documents leave open is answered in our best guess; the other
plausible answers can be switched on (`behaviour.py`). Texts are Portuguese because the portal
speaks Portuguese.
"""

from __future__ import annotations
