"""The scenarios that travel with the product, brought into a store that holds their baseline."""

from __future__ import annotations

import streamlit as st

from planner import shipped
from planner.findings import BadInput
from planner.scenario import Scenario, load_scenario
from planner.service import Action
from planner.service.kept import SCENARIO_KIND
from planner.texts import text
from planner.web import parts
from planner.web.funding_draft import refuse
from planner.web.hand import Hand


@st.cache_resource(max_entries=1, show_spinner=False)
def shipped_scenarios() -> tuple[Scenario, tuple[Scenario, ...]]:
    """The shipped baseline, and every scenario that stands beside it."""
    _, base = shipped.demo()
    return load_scenario(base), tuple(load_scenario(file) for file in sorted(base.parent.glob("*.toml")))


def offer_shipped(hand: Hand) -> None:
    """Offer those that are not kept yet, to those who may keep, where the store has their baseline."""
    if not hand.desk.may(Action.KEEP_CITY):
        return
    base, every = shipped_scenarios()
    kept = hand.of_kind(SCENARIO_KIND)
    digests, names = {one.meta.get("digest") for one in kept}, {one.document.name for one in kept}
    if base.digest not in digests:
        return
    missing = [one for one in every if one.digest not in digests and one.name not in names]
    if not missing:
        return
    lang = hand.lang

    def bring() -> None:
        try:
            for scenario in missing:
                hand.desk.keeping.keep_scenario(scenario, note=text("funding.shipped_note", lang))
        except BadInput as refused:
            refuse(refused.findings)

    with st.expander(text("funding.shipped", lang, count=len(missing)), key="funding_shipped"):
        comma = text("office.comma", lang)
        parts.quiet(comma.join(one.title.get(lang) or one.name for one in missing))
        st.button(text("funding.shipped_bring", lang), key="funding_bring", on_click=bring)
