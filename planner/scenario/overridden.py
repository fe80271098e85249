"""A ledger as one scenario sees it."""

from __future__ import annotations

from collections.abc import Sequence

from planner.findings import BadInput, Finding
from planner.ledger import Ledger, Option, Patch
from planner.scenario.checks import against_ledger
from planner.scenario.failed_recovery import with_failed_recovery
from planner.scenario.hazard_options import with_hazard_options
from planner.scenario.types import Scenario


def overridden(ledger: Ledger, scenario: Scenario) -> Ledger:
    """Check a scenario against a ledger and apply its overrides, failed recoveries and options.

    The ledger given stays as it is.

    Raises
    ------
    BadInput
        The scenario names what the ledger does not have, or an override makes a faulty ledger.
    """
    findings = against_ledger(ledger, scenario)
    if findings:
        raise BadInput(findings)
    seen = _with_overrides(ledger, scenario) if scenario.overrides else ledger
    if scenario.failed_recovery.to_artificial:
        seen = with_failed_recovery(seen, scenario.failed_recovery)
    return with_hazard_options(seen) if scenario.hazard_only_options else seen


def _with_overrides(ledger: Ledger, scenario: Scenario) -> Ledger:
    patches, options = ledger.to_frames()
    patches, options = patches.astype(object), options.astype(object)
    row_of = {name: row for row, name in enumerate(patches["patch"])}
    option_at = {pair: row for row, pair in enumerate(zip(options["patch"], options["option"], strict=True))}
    for override in scenario.overrides:
        if override.option is None:
            patches.at[row_of[override.patch], override.field] = override.value
        else:
            options.at[option_at[override.patch, override.option], override.field] = override.value
    try:
        return Ledger.from_frames(patches, options, ledger.meta)
    except BadInput as error:
        raise BadInput([_of_override(scenario, ledger, finding) for finding in error.findings]) from error


def _of_override(scenario: Scenario, ledger: Ledger, finding: Finding) -> Finding:
    """The same fault, at the override that caused it: one of the same row, if there is one of the same column."""
    rows: Sequence[Patch | Option] = ledger.options if finding.sheet == "options" else ledger.patches
    patch = rows[finding.row - 1].patch if 0 < finding.row <= len(rows) else ""
    own = [(i, override) for i, override in enumerate(scenario.overrides) if override.patch == patch]
    for i, override in sorted(own, key=lambda pair: pair[1].field != finding.column):
        values = {
            "patch": patch,
            "field": override.field,
            "message": f"{finding.wrong('zh')} / {finding.wrong('en')}",
        }
        return Finding("scenario.override_refused", values, column=f"overrides[{i}].value", value=str(override.value))
    return finding
