"""What measured stocks are made of: a reference catalogue and pictures; needs a set-up Django."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from accounts.models import Dealer
from inventory.models import Brand, PhotoBlob, PhotoRendition, VehicleModel, Version
from inventory.models.photo import PhotoState

PICTURES = 40  # of a dealer, each on many vehicles
TEXT = "Veículo revisado, único dono, aceita troca e financia em até 60 vezes. " * 15


def make_versions(*, brands: int, models: int, versions: int) -> list[Version]:
    """Create so many brands of cars, models of each brand, and versions of each model."""
    made = []
    for b in range(brands):
        brand = Brand.objects.create(
            category=1, name=f"Marca {b}", folded=f"marca {b}", source_name=f"Marca {b}"
        )
        for m in range(models):
            model = VehicleModel.objects.create(
                brand=brand, name=f"Modelo {m}", folded=f"modelo {m}"
            )
            for v in range(versions):
                name = f"1.{v} Comfort Flex {v}V 5p Aut."
                made.append(
                    Version(
                        model=model,
                        fipe_code=f"{b:02d}{m}{v:03d}-0",
                        name=name,
                        folded=name.casefold(),
                        source_text=f"MODELO {m} {name}",
                        year_first=2010,
                        year_last=2024,
                    )
                )
    return Version.objects.bulk_create(made)


def make_pictures(dealer: Dealer, *, sizes: Sequence[int]) -> list[PhotoBlob]:
    """Create a dealer's pictures (PICTURES), processed, in these sizes (longest side, pixels)."""
    blobs = PhotoBlob.objects.bulk_create(
        PhotoBlob(
            dealer=dealer,
            sha256=hashlib.sha256(f"{dealer.pk}-{n}".encode()).hexdigest(),
            original=f"{dealer.pk}-{n}.bin",
            bytes_count=1000,
            width=1920,
            height=1080,
            state=PhotoState.READY,
        )
        for n in range(PICTURES)
    )
    PhotoRendition.objects.bulk_create(
        PhotoRendition(
            dealer=dealer,
            blob=blob,
            size=size,
            file=f"{dealer.pk:04x}{n:024x}{size:04d}.jpg",
            width=size,
            height=size * 1080 // 1920,
        )
        for n, blob in enumerate(blobs)
        for size in sizes
    )
    return blobs
