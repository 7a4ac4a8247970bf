"""Measure the matcher on labelled pairs of a portal's names and FIPE codes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from config.lib.ops import OpsCommand
from inventory.matching import pairs
from inventory.matching.deciding import APPLY_AT, is_safe
from inventory.matching.judging import Score, Verdict, score
from inventory.models import Version
from inventory.reference.tables import TableError
from inventory.services.name_matching import reference_index

_WORST = 25


class Command(OpsCommand):
    """`depara_score CATALOGUE.csv GOLD.csv [--json]`; reads the loaded FIPE catalogue.

    CATALOGUE is the portal's (its years are used where GOLD has none), GOLD the labelled pairs.
    With --json one object {"top1", "top5", "precision", "coverage", "applied_no_match",
    "calibration_error", "seconds", "rows"} is printed: shares 0 to 1, a count, and CPU seconds.
    """

    help = "Score the matcher on labelled pairs (portal names to FIPE codes)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files."""
        parser.add_argument("catalogue", type=Path, help="the portal's catalogue (CSV)")
        parser.add_argument("gold", type=Path, help="labelled pairs (CSV)")
        parser.add_argument("--json", action="store_true", help="print one JSON object only")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a report for people, or one JSON object."""
        if options["json"]:
            super().handle(*args, **options)
            return
        verdicts, seconds = self._verdicts(options["catalogue"], options["gold"])
        self.stdout.write(_report(score(verdicts), seconds))
        self.stdout.write(self._worst(verdicts))

    def work(self, **options: Any) -> Any:
        """Return the figures."""
        verdicts, seconds = self._verdicts(options["catalogue"], options["gold"])
        found = score(verdicts)
        return {
            "top1": round(found.top1, 4),
            "top5": round(found.top5, 4),
            "precision": round(found.precision, 4),
            "coverage": round(found.coverage, 4),
            "applied_no_match": found.applied_no_match,
            "calibration_error": round(found.calibration_error, 4),
            "seconds": round(seconds, 2),
            "rows": found.rows,
        }

    def _verdicts(self, catalogue: Path, gold: Path) -> tuple[list[Verdict], float]:
        """Suggest for every pair; the seconds are those of this process's CPU."""
        begun = time.process_time()
        self.versions = {
            version.pk: version for version in Version.objects.select_related("model__brand")
        }
        if not self.versions:
            raise CommandError("The reference catalogue is empty: run load_fipe first.")
        try:
            labelled = pairs.read_pairs(gold, years=pairs.read_years(catalogue))
        except (TableError, OSError) as error:
            raise CommandError(str(error)) from error
        index = reference_index(self.versions.values())
        found = index.suggest_many([pair.name for pair in labelled])
        verdicts = [
            Verdict.of(pair, matches, [self.versions[match.key].fipe_code for match in matches])
            for pair, matches in zip(labelled, found, strict=True)
        ]
        return verdicts, time.process_time() - begun

    def _worst(self, verdicts: list[Verdict]) -> str:
        """Return the errors, those first that were believed most."""
        wrong = [verdict for verdict in verdicts if verdict.probability and not verdict.right]
        wrong.sort(key=lambda verdict: -verdict.probability)
        lines = ["", "Errors, the most believed first:"]
        for verdict in wrong[:_WORST]:
            name = verdict.pair.name
            first = self.versions[verdict.matches[0].key]
            mark = "APPLIED" if is_safe(verdict.matches) else "asked"
            wanted = ", ".join(self._texts(verdict.pair.codes)) or verdict.pair.label
            years = f"{name.year_first}-{name.year_last}"
            asked = f"{verdict.pair.pair_id} {name.brand} {name.model} {name.version} {years}"
            lines += [
                f"  {verdict.probability:.3f} {mark} {asked}",
                f"        suggested {first.source_text} ({first.fipe_code})",
                f"        right     {wanted}",
            ]
        return "\n".join(lines)

    def _texts(self, codes: frozenset[str]) -> list[str]:
        """Return the texts of these codes."""
        texts = {version.fipe_code: version.source_text for version in self.versions.values()}
        return [f"{texts.get(code, '(not loaded)')} ({code})" for code in sorted(codes)]


def _report(found: Score, seconds: float) -> str:
    """Return the figures as text."""
    wrong = f"{found.wrong} wrong (at most {found.most_wrong:.2%}, 95 %)"
    lines = [
        f"rows                {found.rows} ({found.no_match} without a match)",
        f"top-1 / top-5       {found.top1:.1%} / {found.top5:.1%} of those with a match",
        f"applied at {APPLY_AT:.2f}     {found.applied} ({found.coverage:.1%}), {wrong}",
        f"precision           {found.precision:.2%}",
        f"no match, applied   {found.applied_no_match} of {found.no_match}",
        f"calibration error   {found.calibration_error:.4f}",
        f"CPU seconds         {seconds:.2f}",
        "",
        "probability  rows  said   right",
    ]
    lines += [
        f"from {one.least:.1f}    {one.count:5}  {one.likely:.3f}  {one.right:.3f}"
        for one in found.bins
    ]
    return "\n".join(lines)
