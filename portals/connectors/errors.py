"""What a portal may answer to an ad, classed by who must act (see config.lib.remote_errors)."""

from __future__ import annotations

from config.lib.remote_errors import RemoteError, Unreachable
from portals.connectors.types import Problem


class ListingRefused(RemoteError):
    """The portal refused the data; lifted by new data, not by a retry."""

    mode = "refused"
    code = "listing_refused"
    verdict = True

    def __init__(self, problems: tuple[Problem, ...], detail: str = "") -> None:
        super().__init__(detail)
        self.problems = problems


class MappingMissing(RemoteError):
    """Names have no place in the portal's catalogue; lifted when a mapping is saved."""

    mode = "mapping"
    code = "mapping_missing"
    verdict = True

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(p.field for p in problems))
        self.problems = problems


class PlanExhausted(RemoteError):
    """No slot left in the plan; lifted when one frees."""

    mode = "plan"
    code = "plan_exhausted"
    verdict = True


class NotSupported(RemoteError):
    """The portal cannot carry this (a truck, an ability)."""

    mode = "unsupported"
    code = "not_supported"
    verdict = True


class ListingUnknown(RemoteError):
    """The portal does not know the ad we wanted to change: look by our code, then decide."""

    mode = "transient"
    code = "listing_unknown"
    verdict = True


class NotAsked(Unreachable):
    """Nothing was asked about this ad, since requests before it in the same batch went wrong.

    Says nothing of the portal that those have not said already.
    """

    def __init__(self) -> None:
        super().__init__("not asked after others failed", sent=False)
