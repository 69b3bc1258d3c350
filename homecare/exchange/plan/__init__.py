"""What bringing in a list would do: new, changed, unchanged, and every fault. Changes nothing."""

from homecare.exchange.plan.base import Line, Plan
from homecare.exchange.plan.kinds import PLANNERS

__all__ = ["PLANNERS", "Line", "Plan"]
