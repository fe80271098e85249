"""The colours of what the page and the brief draw: one accent, neutral greys."""

ACCENT = "#2f6b4f"
INK = "#1f2925"

# Money of its own year, and the same money carried over, for one source after another.
SOURCE_COLOURS = (
    (ACCENT, "#a8cbb9"),
    ("#75807b", "#c9d0cc"),
    ("#1a3d2d", "#86a396"),
    ("#a39a7f", "#dcd7c8"),
    ("#4d5a6b", "#bcc4cf"),
    ("#8aa36b", "#d2ddc4"),
)
TIER_COLOURS = ("#1f4f39", "#6a9e83", "#c3d6cb")
