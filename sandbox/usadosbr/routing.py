"""The shapes of this portal's calls."""

from __future__ import annotations

from sandbox import routing
from sandbox.usadosbr.behaviour import Behaviour
from sandbox.usadosbr.state import Account
from sandbox.usadosbr.vocabulary import CARS, MOTORCYCLES

Caller = routing.Caller[Account]
Call = routing.Call[Account, Behaviour]
Route = routing.Route[Account, Behaviour]

TYPE = f"{{type:{CARS}|{MOTORCYCLES}}}"
