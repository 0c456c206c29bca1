"""What the scales of ability and price rest on, as answers say it below their figures."""

from bot.analysis import figures
from bot.catalog.entities import Lane

# The mix of tokens of a blended price.
BLEND = "3 parts in to 1 part out"


def linked(lane: Lane) -> str:
    """Where abilities of a lane come from, and how models with different tests get on one scale."""
    return f"{figures.rests(lane)}, linked through models that took the same tests"
