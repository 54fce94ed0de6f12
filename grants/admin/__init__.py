"""The funder's side of grants, one module per noun."""

from grants.admin import agenda, decisions, fund, grants, instalments, openness, pool, reports

__all__ = ["agenda", "decisions", "fund", "grants", "instalments", "openness", "pool", "reports"]
