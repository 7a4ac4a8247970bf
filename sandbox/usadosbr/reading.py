"""Reads single fields of a request body strictly and collects the reasons by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class BodyReader:
    """The fields of one body. A field that does not fit is noted in `errors` and read as None.

    As the portal's framework does, null and blank text count as not sent.
    """

    def __init__(self, body: Mapping[str, Any]) -> None:
        """Read from `body`, a decoded JSON object."""
        self.body = body
        self.errors: dict[str, list[str]] = {}

    def refuse(self, field: str, reason: str) -> None:
        """Note a reason against a field."""
        self.errors.setdefault(field, []).append(reason)

    def sent(self, field: str) -> bool:
        """Whether the field came with a value."""
        value = self.body.get(field)
        return (
            value is not None and value != "" and not (isinstance(value, str) and value.isspace())
        )

    def text(self, field: str, *, required: bool = False) -> str | None:
        """A text, without outer spaces."""
        value = self._present(field, required=required)
        if value is None:
            return None
        if not isinstance(value, str):
            self.refuse(field, f"O campo {field} deve ser um texto.")
            return None
        return value.strip()

    def whole(self, field: str, *, required: bool = False) -> int | None:
        """An integer; a text of digits is none."""
        value = self._present(field, required=required)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(field, f"O campo {field} deve ser um número inteiro.")
            return None
        return value

    def texts(self, field: str) -> list[str]:
        """An array of texts; empty when it was not sent or does not fit."""
        value = self._present(field, required=False)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(field, f"O campo {field} deve ser um array.")
            return []
        for index, item in enumerate(value):
            if not isinstance(item, str) or not item.strip():
                self.refuse(f"{field}.{index}", f"O campo {field}.{index} deve ser um texto.")
        return [item.strip() for item in value if isinstance(item, str) and item.strip()]

    def listed(self, field: str, names: Mapping[str, object] | tuple[str, ...]) -> str | None:
        """A required text that must be one of the catalogue's names, exactly."""
        value = self.text(field, required=True)
        if value is not None and value not in names:
            self.refuse(
                field, f"O valor {value!r} do campo {field} não consta no catálogo Usadosbr."
            )
            return None
        return value

    def one_of(self, field: str, *choices: str, required: bool = False) -> str | None:
        """A text out of a closed list."""
        value = self.text(field, required=required)
        if value is not None and value not in choices:
            self.refuse(field, f"O campo {field} deve ser um destes: {', '.join(choices)}.")
            return None
        return value

    def _present(self, field: str, *, required: bool) -> Any:
        if self.sent(field):
            return self.body[field]
        if required:
            self.refuse(field, f"O campo {field} é obrigatório.")
        return None
