"""The look: one accent, neutral greys, red for broken clauses only."""

from planner.office.colours import ACCENT, INK

GREY = "#5b6661"
LINE = "#d9dfdc"
PALE = "#f4f6f5"
BROKEN = "#b3261e"

FONT = "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif"

_FIRST_YEAR, _LAST_YEAR = (18, 56, 42), (207, 227, 214)


def year_colours(count: int) -> list[str]:
    """Colours of one hue for years in a row, from dark to light: their order is also read in grey print."""
    steps = [i / max(1, count - 1) for i in range(count)]
    pairs = list(zip(_FIRST_YEAR, _LAST_YEAR, strict=True))
    return ["#" + "".join(f"{round(a + (b - a) * step):02x}" for a, b in pairs) for step in steps]


CSS = f"""<style>
[data-testid="stMainBlockContainer"] {{ padding: 2.2rem 2rem 3rem; max-width: 1500px; }}
[data-testid="stHeader"] {{ background: transparent; height: 2rem; }}
[data-testid="stElementToolbar"], [data-testid="stStatusWidget"] {{ display: none; }}
[data-testid="stSidebar"] {{ border-right: 1px solid {LINE}; }}
[data-testid="stVerticalBlock"] {{ gap: 0.75rem; }}
[data-testid="stVegaLiteChart"] {{ min-height: 290px; }}
.st-key-at_hand {{ border-bottom: 1px solid {LINE}; padding-bottom: 0.4rem; }}
.st-key-at_hand [data-testid="stWidgetLabel"] p {{ color: {GREY}; font-size: 0.8rem; }}
.sf .job {{ border-left: 3px solid {LINE}; padding: 0.1rem 0.6rem; font-size: 0.85rem; }}
.st-key-compare_heads [data-testid="stVerticalBlock"] {{ gap: 0.4rem; }}
.st-key-compare_heads [data-testid="stColumn"] [data-testid="stVerticalBlock"] {{ padding: 0; }}
.st-key-compare_heads button {{ min-height: 1.9rem; padding: 0.1rem 0.6rem; }}
.st-key-compare_heads .sf h2 {{ margin: 0; }}
.sf table[data-table^="compare_"] td:first-child {{ min-width: 13rem; position: sticky; left: 0; background: #fff;
  background-clip: padding-box; }}
.st-key-guide_text h1, .st-key-guide_text h2 {{ font-size: 1.2rem; }}
.st-key-guide_text h3 {{ font-size: 1.05rem; }}
.sf {{ color: {INK}; font-variant-numeric: tabular-nums; line-height: 1.5; }}
.sf h1, .sf p.brand {{ font-size: 1.5rem; font-weight: 700; margin: 0; padding: 0; }}
.sf h2 {{ font-size: 1.05rem; font-weight: 700; margin: 0.6rem 0 0; padding: 0; }}
.sf p {{ margin: 0.2rem 0 0; }}
.sf .quiet {{ color: {GREY}; font-size: 0.82rem; overflow-wrap: anywhere; }}
.sf .unit {{ color: {GREY}; font-size: 0.8rem; font-weight: 400; }}
.sf .badge {{ display: inline-block; border: 1px solid {GREY}; color: {GREY}; border-radius: 3px; font-size: 0.75rem;
  font-weight: 400; padding: 0 0.45rem; margin-left: 0.6rem; vertical-align: 0.2rem; white-space: nowrap; }}
.sf .status {{ border-left: 4px solid {ACCENT}; background: {PALE}; padding: 0.55rem 0.9rem; }}
.sf .status strong {{ font-size: 1.02rem; }}
.sf .status.none {{ border-color: {GREY}; }}
.sf .status.broken {{ border-color: {BROKEN}; }}
.sf .status.broken strong, .sf .broken-text {{ color: {BROKEN}; }}
.sf ul.cards {{ display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 0.6rem; list-style: none;
  margin: 0; padding: 0; }}
.sf ul.cards li {{ border: 1px solid {LINE}; border-radius: 4px; padding: 0.5rem 0.7rem; margin: 0; display: flex;
  flex-direction: column; break-inside: avoid; }}
.sf ul.cards .label {{ font-size: 0.82rem; color: {GREY}; line-height: 1.35; flex-grow: 1; }}
.sf ul.cards .value {{ display: flex; justify-content: space-between; align-items: baseline; flex-wrap: wrap;
  column-gap: 0.3rem; white-space: nowrap; }}
.sf ul.cards .value b {{ font-size: 1.25rem; line-height: 1.4; }}
.sf ul.cards .target {{ font-size: 0.8rem; color: {GREY}; }}
.sf .stamp {{ border: 1px solid {ACCENT}; color: {ACCENT}; border-radius: 3px; padding: 0.1rem 0.5rem;
  font-size: 0.82rem; overflow-wrap: anywhere; }}
.sf .mark {{ color: {ACCENT}; font-size: 0.82rem; white-space: nowrap; }}
.sf .mark.missed {{ color: {BROKEN}; }}
.sf .mark.soft {{ color: {GREY}; }}
.sf .scroll {{ overflow-x: auto; }}
.sf table {{ border-collapse: collapse; width: 100%; font-size: 0.85rem; }}
.sf th, .sf td {{ border-bottom: 1px solid {LINE}; padding: 0.25rem 0.6rem; text-align: right; white-space: nowrap; }}
.sf th {{ color: {GREY}; font-weight: 500; background: {PALE}; vertical-align: bottom; }}
.sf th.text, .sf td.text {{ text-align: left; }}
.sf th.long, .sf td.long {{ text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 8rem; }}
.sf tr.total td {{ font-weight: 700; }}
.sf code {{ font-size: 0.82rem; color: {INK}; background: {PALE}; overflow-wrap: anywhere; }}
[data-testid="stLayoutWrapper"]:has(> .st-key-filter_bar) {{ position: sticky; top: 0; z-index: 90;
  background: #ffffff; border-bottom: 1px solid {LINE}; padding: 0.2rem 0 0.25rem; }}
[data-testid="stMain"] {{ scroll-padding-top: 8rem; }}
.st-key-filter_bar {{ gap: 0.15rem; }}
.st-key-filter_bar label p {{ font-size: 0.8rem; }}
.st-key-filter_bar .stButton button, .st-key-schedule_up button {{ min-height: 0; padding: 0.1rem 0.8rem; }}
.st-key-filter_bar .sf p {{ margin: 0; }}
@media (max-width: 1100px) {{ .sf ul.cards {{ grid-template-columns: repeat(3, minmax(0, 1fr)); }} }}
@media (max-width: 700px) {{ .sf ul.cards {{ grid-template-columns: repeat(2, minmax(0, 1fr)); }} }}
@media print {{
  @page {{ size: A4 landscape; margin: 11mm; }}
  * {{ print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"], button,
    .st-key-filter_bar .stSelectbox {{ display: none !important; }}
  [data-testid="stHorizontalBlock"] {{ display: flex !important; flex-wrap: nowrap !important; gap: 1.5rem; }}
  [data-testid="stColumn"] {{ min-width: 0 !important; }}
  html, body, #root, [data-testid="stApp"], [data-testid="stAppViewContainer"], [data-testid="stMain"]
    {{ position: static !important; height: auto !important; overflow: visible !important; }}
  [data-testid="stMainBlockContainer"] {{ padding: 0; max-width: none; }}
  [data-testid="stLayoutWrapper"]:has(> .st-key-filter_bar) {{ position: static; }}
  [data-testid="stVegaLiteChart"], [data-testid="stDataFrame"], [data-testid="stExpander"], .sf table tr
    {{ break-inside: avoid; }}
  .sf h2 {{ break-after: avoid; }}
  [data-testid="stVegaLiteChart"] svg.marks {{ max-width: 100%; height: auto !important; }}
}}
</style>"""
