"""The portals on which publishing is tried: one module each, one line here."""

from __future__ import annotations

from tests.crash.grounds.base import Ground
from tests.crash.grounds.chavesnamao import ChavesNaMaoGround
from tests.crash.grounds.olx import OlxGround
from tests.crash.grounds.usadosbr import UsadosbrGround

GROUNDS: dict[str, Ground] = {
    ground.slug: ground for ground in (UsadosbrGround(), ChavesNaMaoGround(), OlxGround())
}
