"""A dealer who publishes to a running sandbox: what the end-to-end tests act through."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db.models import Q
from django.utils import timezone
from PIL import Image

from accounts.models import Dealer
from accounts.services.changes import By
from inventory.models import PhotoBlob, PhotoRendition, Vehicle, VehiclePhoto
from inventory.services.vehicles import update_vehicle
from portals.models import Listing, PortalAccess, PortalGate
from portals.models.portal import Portal
from portals.services.access import save_access
from portals.services.drain import DrainReport, drain_access
from portals.services.publish import set_wish
from sandbox.names import SourceName
from tests.crash.grounds.usadosbr import UsadosbrGround
from tests.crash.judging import Verdict, judge
from tests.crash.sandbox_process import SandboxLevers
from tests.crash.world import make_vehicle
from tests.factories.inventory import PhotoBlobFactory, PhotoRenditionFactory, VehiclePhotoFactory

BY = By(source="test")
PASSWORD = "end-to-end"


@dataclass(slots=True, kw_only=True)
class Office:
    """One dealer, its access, and the sandbox behind it."""

    access: PortalAccess
    sandbox: SandboxLevers
    names: list[SourceName]
    user: str
    made: list[Vehicle] = field(default_factory=list)

    @property
    def dealer(self) -> Dealer:
        """The dealer."""
        return self.access.dealer

    def add_vehicles(self, count: int, **facts: Any) -> list[Vehicle]:
        """Create vehicles the portal would take as they are, with other facts if given."""
        vehicles = []
        for number in range(len(self.made), len(self.made) + count):
            name = self.names[number % len(self.names)]
            vehicle = make_vehicle(self.dealer, name, number)
            if facts:
                vehicle = update_vehicle(vehicle.pk, dealer=self.dealer, by=BY, **facts)
            vehicles.append(vehicle)
            self.made.append(vehicle)
        return vehicles

    def publish(self, vehicles: list[Vehicle], **wish: Any) -> None:
        """Wish vehicles live, or as `wish` says. A new account counts as looked through."""
        ids = [vehicle.pk for vehicle in vehicles]
        set_wish(**{"access": self.access, "vehicle_ids": ids, "wanted": "live", "by": BY, **wish})

    def drain(self, **options: Any) -> DrainReport:
        """Send what is due."""
        return drain_access(self.access.pk, **options)

    def settle(self) -> None:
        """Drain, read all statuses now instead of in a second, and drain what follows from them."""
        for _ in range(3):
            self.drain()
            self.waiting().update(check_at=timezone.now())
        self.drain()

    def waiting(self) -> Any:
        """Return the listings whose status has not been read since they were sent."""
        return self.listings().filter(check_at__isnull=False, state="pending")

    def listings(self) -> Any:
        """Return the listings of the access."""
        return Listing.objects.filter(access=self.access)

    def listing(self, vehicle: Vehicle) -> Listing:
        """Return the listing of a vehicle as it is now."""
        return Listing.objects.get(access=self.access, vehicle=vehicle)

    def ads(self) -> list[dict[str, Any]]:
        """Return what the sandbox holds for the account."""
        return self.sandbox.ads(self.user)

    def verdict(self) -> Verdict:
        """Compare our tables with the sandbox."""
        return judge(self.access, UsadosbrGround().holdings(self.sandbox, self.user))

    def wait_out(self) -> None:
        """Let the time pass that the engine waits for: back-offs, doubts, gates, throttles."""
        now = timezone.now()
        self.listings().filter(uncertain_until__gt=now).update(uncertain_until=now)
        self.listings().filter(due_at__gt=now).update(due_at=now)
        PortalAccess.objects.filter(pk=self.access.pk).update(blocked_until=None)
        PortalGate.objects.filter(~Q(closed_until=None)).update(closed_until=now)

    def recover(self, *, rounds: int = 6) -> None:
        """Wait and drain, again and again, until nothing is due and all statuses are read."""
        for _ in range(rounds):
            self.wait_out()
            self.settle()
            if not self.listings().exclude(due_at=None).exists() and not self.waiting().exists():
                return

    def change_password(self, password: str) -> None:
        """Enter another password, as the dealer would."""
        self.access, _ = save_access(
            dealer=self.dealer,
            portal=self.access.portal,
            credentials={"user": self.user, "password": password},
            by=BY,
        )

    def add_photos(self, vehicle: Vehicle, sizes: list[tuple[int, int]]) -> list[str]:
        """Give a vehicle pictures of these sizes, served; return the names of the files."""
        names = []
        for position, (width, height) in enumerate(sizes):
            blob: PhotoBlob = PhotoBlobFactory.create(
                dealer=self.dealer, large=None, small=None, width=width, height=height
            )
            rendition: PhotoRendition = PhotoRenditionFactory.create(
                blob=blob, size=1920, width=width, height=height
            )
            storages["photos"].save(rendition.file.name, ContentFile(picture(width, height)))
            photo: VehiclePhoto = VehiclePhotoFactory.create(
                vehicle=vehicle, dealer=self.dealer, blob=blob, position=position
            )
            names.append(str(photo.blob.renditions.get(size=1920).file.name))
        return names


def picture(width: int, height: int) -> bytes:
    """Return a plain JPEG of that size."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "slategray").save(buffer, "JPEG", quality=40)
    return buffer.getvalue()


def open_office(
    dealer: Dealer, sandbox: SandboxLevers, names: list[SourceName], *, user: str, **account: Any
) -> Office:
    """Give a dealer an account at the sandbox; `account` may hold its plans."""
    sandbox.configure(accounts=[{"user": user, "password": PASSWORD, **account}])
    access, _ = save_access(
        dealer=dealer,
        portal=Portal.objects.get(slug="usadosbr"),
        credentials={"user": user, "password": PASSWORD},
        by=BY,
    )
    return Office(access=access, sandbox=sandbox, names=names, user=user)
