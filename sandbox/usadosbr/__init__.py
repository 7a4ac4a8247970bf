"""A stand-in for the portal Usadosbr / Moto.com.br, written from its public stock API document.

What the document leaves open is answered in our best guess; the other plausible answers can be
switched on (`behaviour.py`). It is careless where the document allows it: a second `Adicionar` of
the same `Codigo` makes a second ad. Texts are Portuguese because the portal speaks Portuguese.
"""

from __future__ import annotations
