"""Why a job failed, in words."""

from __future__ import annotations

import json

from planner.texts import Language, text


def error_lines(error: str, lang: Language) -> list[str]:
    """What a job's `error` says, one line each; none where it did not fail.

    Parameters
    ----------
    error : str
        As in :attr:`planner.store.queue.Job.error`.
    lang : {"zh", "en"}
    """
    if not error:
        return []
    told = json.loads(error)
    if "findings" in told:
        return [f"{f['wrong'][lang]} → {f['repair'][lang]} [{f['ref']}]" for f in told["findings"]]
    if "refused" in told:
        return [f"[{f['clause']}] {f[lang]}" for f in told["refused"]]
    if "lost" in told:
        return [text("desk.error_lost", lang, attempts=told["lost"])]
    if "limit" in told:
        return [text("desk.error_limit", lang, message=told["message"])]
    return [text("desk.error_fault", lang, message=f"{told['fault']}: {told['message']}")]
