"""The shapes of this portal's calls."""

from __future__ import annotations

from sandbox import routing
from sandbox.chavesnamao.behaviour import Behaviour
from sandbox.chavesnamao.state import Client

Caller = routing.Caller[Client]
Call = routing.Call[Client, Behaviour]
Route = routing.Route[Client, Behaviour]
