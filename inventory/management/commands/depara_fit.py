"""Fit the matcher's weights anew and show what they are worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inventory.matching import learning, pairs
from inventory.matching.fitting import BELIEFS
from inventory.matching.judging import Score, Verdict, interval, score
from inventory.matching.weights import FILE, write_table
from inventory.models import Version
from inventory.reference.tables import TableError
from inventory.services.name_matching import reference_index

_SEEDS = 5


class Command(BaseCommand):
    """`depara_fit CATALOGUE.csv GOLD.csv [SILVER.csv …] [--repeats N] [--dry-run]`.

    CATALOGUE is the portal's (its years complete the pairs), GOLD the pairs labelled by hand,
    SILVER pairs made automatically (they count less and never judge). Reads the loaded FIPE
    catalogue, prints the repeated cross-validation by model family, and writes the weight table.
    The same files give the same table.
    """

    help = "Fit the matcher's weight table from labelled pairs, with cross-validation."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files."""
        parser.add_argument("catalogue", type=Path, nargs="+", help="catalogue, gold, silver (CSV)")
        parser.add_argument("--repeats", type=int, default=_SEEDS, help="of the cross-validation")
        parser.add_argument("--output", type=Path, default=FILE, help="the table to write")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")

    def handle(self, *_: Any, **options: Any) -> None:
        """Cross-validate, choose the threshold, fit on everything, and write."""
        gold, silver = self._cases(options["catalogue"])
        runs = [
            learning.cross_validate(gold, silver, seed=seed) for seed in range(options["repeats"])
        ]
        apply_at = learning.choose_threshold(runs)
        self._show(runs, apply_at)
        weights = learning.final_weights(gold, silver)
        if not options["dry_run"]:
            write_table(weights, apply_at=apply_at, path=options["output"])
            self.stdout.write(f"{len(weights)} weights, applied at {apply_at:.2f}")

    def _cases(self, files: list[Path]) -> tuple[list[learning.Case], list[learning.Case]]:
        """Read the files and look up the candidates of every pair."""
        if len(files) < 2:
            raise CommandError("CATALOGUE and GOLD are needed.")
        versions = list(Version.objects.select_related("model__brand"))
        if not versions:
            raise CommandError("The reference catalogue is empty: run load_fipe first.")
        codes = {version.pk: version.fipe_code for version in versions}
        # Candidates are chosen by what is believed without data: the table that lies there
        # already must not decide what the next one learns from.
        index = reference_index(versions, weights=BELIEFS)
        try:
            years = pairs.read_years(files[0])
            gold, *more = (pairs.read_pairs(file, years=years) for file in files[1:])
        except (TableError, OSError) as error:
            raise CommandError(str(error)) from error
        labelled = {pair.text for pair in gold}
        silver = [pair for found in more for pair in found if pair.text not in labelled]
        return (
            learning.make_cases(index, gold, codes, labelled=True),
            learning.make_cases(index, silver, codes, labelled=False),
        )

    def _show(self, runs: list[list[Verdict]], apply_at: float) -> None:
        """Print one line per repetition, and all of them together."""
        self.stdout.write("cross-validation by model family, five folds, labelled pairs")
        self.stdout.write("run   top-1   top-5   applied          wrong  no match  calibration")
        safe = learning.safe_at(apply_at)
        for number, verdicts in enumerate(runs):
            self.stdout.write(_line(str(number + 1), score(verdicts, safe=safe)))
        together = score([verdict for run in runs for verdict in run], safe=safe)
        self.stdout.write(_line("all", together))
        once = score(runs[0], safe=safe)
        low, high = interval(
            round(once.top1 * (once.rows - once.no_match)), once.rows - once.no_match
        )
        self.stdout.write(
            f"95 % intervals of one run: top-1 {low:.1%} to {high:.1%},"
            f" wrong among the applied at most {once.most_wrong:.2%}"
        )
        for one in together.bins:
            self.stdout.write(
                f"  {one.least:.1f}-{one.least + 0.1:.1f} {one.count:5} said {one.likely:.3f}"
                f" right {one.right:.3f}"
            )


def _line(name: str, found: Score) -> str:
    """Return one line of the table."""
    return (
        f"{name:4}  {found.top1:6.2%}  {found.top5:6.2%}  {found.applied:5} ({found.coverage:6.2%})"
        f"  {found.wrong:5}  {found.applied_no_match:8}  {found.calibration_error:11.4f}"
    )
