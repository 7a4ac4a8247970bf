"""Stock files for tests, with invented vehicles."""

from __future__ import annotations

import csv
from pathlib import Path

from inventory.services.stock_csv import OPTIONAL, REQUIRED


def cells(**changed: str) -> dict[str, str]:
    """Return one line's cells: a used car, with what is given put in."""
    row = dict.fromkeys((*REQUIRED, *OPTIONAL), "")
    row |= {
        "stock_id": "A1",
        "vehicle_type": "car",
        "brand": "CHEVROLET",
        "model": "ONIX",
        "version": "1.0 LT",
        "year_fab": "2017",
        "year_model": "2018",
        "km": "63430",
        "price_brl": "45990",
        "fuel": "Flex",
        "gearbox": "Manual",
        "doors": "4",
        "body": "Hatchback",
        "colour": "Preto",
    }
    return row | changed


def stock_file(folder: Path, *rows: dict[str, str]) -> Path:
    """Write a stock file and return its path."""
    path = folder / "stock.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=[*REQUIRED, *OPTIONAL])
        writer.writeheader()
        writer.writerows(rows)
    return path
