"""Writes the history: one row per act, in the act's own transaction, without waiting for anybody.

The row's digest covers everything but the erasable text. Sealing (accounts.services.sealing) links
the digests into a chain afterwards, so that writers never queue for a lock.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise

from accounts.models import Change, Dealer, User
from config.lib import request_id

BATCH = 500
_LENGTHS = {"source": 40, "request_id": 40, "subject_label": 120, "action": 40, "reason": 200}


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who acts (None: the machine itself), through what (web, admin, import …), and why."""

    user_id: int | None = None
    source: str = "system"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What was done to one row: only the fields that changed, before and after.

    `personal_fields` names those whose values must be erasable. `label` is how the row is called
    in the history; None takes str(subject). Rows about people must give one without their name.
    """

    subject: models.Model
    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    personal_fields: Collection[str] = ()
    label: str | None = None


def record_change(
    *,
    subject: models.Model,
    action: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    by: By | None = None,
    actor: User | None = None,
    dealer: Dealer | int | None = None,
    reason: str = "",
    source: str = "",
    personal_fields: Collection[str] = (),
    label: str | None = None,
) -> Change:
    """Write one row of history; call it inside the transaction of the change itself.

    `before` and `after` hold only what changed. Either `by` or actor/source/reason say who acts.
    The dealer is the subject's own unless given.
    """
    act = Act(
        subject=subject,
        action=action,
        before=before or {},
        after=after or {},
        personal_fields=personal_fields,
        label=label,
    )
    who = by or By(user_id=actor.pk if actor else None, source=source or "system", reason=reason)
    row = _row(act, by=who, dealer=dealer, at=timezone.now())
    row.save(force_insert=True)
    return row


def record_changes(acts: Iterable[Act], *, by: By, dealer: Dealer | int | None = None) -> int:
    """Write many rows of history at once (imports, sweeps); returns how many."""
    at = timezone.now()
    rows = [_row(act, by=by, dealer=dealer, at=at) for act in acts]
    Change.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def erase_personal(change: Change, *, by: By) -> None:
    """Remove the erasable text (and its salts) of one row; digest and chain still verify.

    So goes the reason somebody typed, where it was written with a digest of its own.
    """
    gone: dict[str, Any] = {"personal": {}}
    if change.reason_digest:
        gone |= {"reason": "", "reason_salt": ""}
    with transaction.atomic():
        left = ~models.Q(personal={}) | ~models.Q(reason_salt="")
        erased = Change.objects.filter(left, pk=change.pk).update(**gone)
        for name, value in gone.items():
            setattr(change, name, value)
        if erased:
            record_change(
                subject=change, action="personal_erased", by=by, dealer=change.dealer_id, label=""
            )


def digest_of(change: Change) -> str:
    """Return the SHA-256 (hex) of the canonical JSON of everything but the erasable text."""
    content = {
        "dealer": change.dealer_id,
        "actor": change.actor_id,
        "source": change.source,
        "request_id": change.request_id,
        "subject_type": change.subject_type,
        "subject_id": change.subject_id,
        "subject_label": change.subject_label,
        "action": change.action,
        "before": change.before,
        "after": change.after,
        "reason": {"digest": change.reason_digest} if change.reason_digest else change.reason,
        "at": change.at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    return _sha256(json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True))


def personal_digest(*, salt: str, text: Any) -> str:
    """Return what stands in the history in place of a personal value."""
    return _sha256(salt + json.dumps(text, sort_keys=True, ensure_ascii=True))


def json_safe(value: Any) -> Any:
    """Return a value as the history keeps it: money and moments as text, rows as their id.

    Floats become text too: two databases write the same float differently, and the digest must
    be found again after a round trip.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return json_safe(value.value)
    if isinstance(value, int):
        return value
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, Mapping):
        return {_text(key): json_safe(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((json_safe(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [json_safe(item) for item in value]
    return _scalar_text(value)


def _scalar_text(value: Any) -> str:
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if timezone.is_aware(value) else value
        return moment.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str | Decimal | Promise):
        return _text(value)
    raise TypeError(f"The history cannot keep a {type(value).__name__}.")


def _text(value: object) -> str:
    # PostgreSQL's JSON cannot hold NUL.
    return str(value).replace("\x00", "")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _row(act: Act, *, by: By, dealer: Dealer | int | None, at: datetime) -> Change:
    before, after = json_safe(act.before), json_safe(act.after)
    personal: dict[str, Any] = {}
    for name in act.personal_fields:
        for side, values in (("before", before), ("after", after)):
            if values.get(name) not in (None, ""):
                salt = secrets.token_hex(16)
                personal.setdefault(name, {})[side] = {"salt": salt, "text": values[name]}
                values[name] = {"digest": personal_digest(salt=salt, text=values[name])}
    texts = {
        "source": by.source,
        "request_id": request_id.current(),
        "subject_label": str(act.subject) if act.label is None else act.label,
        "action": act.action,
        "reason": by.reason,
    }
    row = Change(
        dealer_id=_dealer_id(act.subject, dealer=dealer),
        actor_id=by.user_id,
        subject_type=act.subject._meta.label_lower,  # noqa: SLF001 - the documented Model API
        subject_id=act.subject.pk,
        before=before,
        after=after,
        personal=personal,
        at=at,
        **{name: _text(text)[: _LENGTHS[name]] for name, text in texts.items()},
    )
    if row.reason:
        row.reason_salt = secrets.token_hex(16)
        row.reason_digest = personal_digest(salt=row.reason_salt, text=row.reason)
    row.digest = digest_of(row)
    return row


def _dealer_id(subject: models.Model, *, dealer: Dealer | int | None) -> int | None:
    if isinstance(dealer, Dealer):
        return dealer.pk
    if dealer is not None:
        return dealer
    if isinstance(subject, Dealer):
        return subject.pk
    return getattr(subject, "dealer_id", None)
