"""Photos: content-addressed files and their ordered place on vehicles."""

from __future__ import annotations

import secrets

from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Dealer, DealerScopedManager
from inventory.models.vehicle import Vehicle


def originals_storage() -> Storage:
    """Return the private storage of uploaded files."""
    return storages["originals"]


def photos_storage() -> Storage:
    """Return the public storage of renditions."""
    return storages["photos"]


def random_name() -> str:
    """Return a public name nobody can guess (32 hex digits)."""
    return secrets.token_hex(16)


class PhotoState(models.TextChoices):
    """What became of an uploaded file."""

    PENDING = "pending", _("Processing")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Refused")


class Turn(models.IntegerChoices):
    """By how many degrees clockwise a picture is turned, beyond what its EXIF says."""

    NONE = 0, _("as taken")
    RIGHT = 90, _("to the right")
    HALF = 180, _("upside down")
    LEFT = 270, _("to the left")


class PhotoBlob(models.Model):
    """One uploaded picture of one dealer in one turn, by the SHA-256 of its bytes.

    The original is private and never changed: all turns of a picture share it, each has renditions
    of its own. `problem` is a code of inventory.services.photo_words when the state is refused.
    Width and height are those after turning, in pixels.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="photo_blobs")
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    turn = models.PositiveSmallIntegerField(_("turn"), choices=Turn.choices, default=Turn.NONE)
    original = models.FileField(_("original"), storage=originals_storage, max_length=200)
    bytes_count = models.PositiveBigIntegerField(_("bytes"))
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=PhotoState.choices, default=PhotoState.PENDING
    )
    problem = models.CharField(_("problem"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = DealerScopedManager["PhotoBlob"]()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = (
            models.UniqueConstraint(
                fields=("dealer", "sha256", "turn"), name="inventory_blob_sha256_turn"
            ),
        )
        indexes = (
            models.Index(
                fields=("id",),
                name="inventory_blob_pending",
                condition=models.Q(state=PhotoState.PENDING),
            ),
        )

    def __str__(self) -> str:
        return self.sha256[:12]


class PhotoRendition(models.Model):
    """A served size of a picture (longest side 1920 or 480 pixels), JPEG, without EXIF."""

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="+")
    blob = models.ForeignKey(PhotoBlob, on_delete=models.CASCADE, related_name="renditions")
    size = models.PositiveSmallIntegerField(_("size"))
    file = models.FileField(_("file"), storage=photos_storage, max_length=200)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        constraints = (
            models.UniqueConstraint(fields=("blob", "size"), name="inventory_rendition_size"),
        )

    def __str__(self) -> str:
        return f"{self.blob} {self.size}"


class VehiclePhoto(models.Model):
    """A picture's place on a vehicle; the lowest position is the cover.

    `coming` is the same picture in another turn that is still being rendered: until it is ready
    the old one stays, so that an ad never loses a photo meanwhile. A refused one is a turn that
    failed; it stays until somebody tries again, turns otherwise, or lets it be.
    """

    dealer = models.ForeignKey(Dealer, on_delete=models.PROTECT, related_name="+")
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.CASCADE, related_name="photos", db_index=False
    )
    blob = models.ForeignKey(PhotoBlob, on_delete=models.PROTECT, related_name="placements")
    coming = models.ForeignKey(
        PhotoBlob, on_delete=models.PROTECT, null=True, blank=True, related_name="awaited_by"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = DealerScopedManager["VehiclePhoto"]()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(fields=("vehicle", "blob"), name="inventory_photo_once"),
        )
        indexes = (
            # The cover of a vehicle without sorting its album.
            models.Index(fields=("vehicle", "position", "id"), name="inventory_photo_place"),
        )

    def __str__(self) -> str:
        return f"{self.vehicle_id} #{self.position}"

    @property
    def turn_failed(self) -> bool:
        """Whether the photo was to be turned and could not be."""
        return self.coming is not None and self.coming.state == PhotoState.REFUSED

    @property
    def is_waiting(self) -> bool:
        """Whether a picture of the photo is still being rendered."""
        pictures = (self.blob, self.coming)
        return any(each and each.state == PhotoState.PENDING for each in pictures)
