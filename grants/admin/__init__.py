"""The funder's side of grants, one module per noun."""

from grants.admin import decisions, fund, grants, instalments, reports

__all__ = ["decisions", "fund", "grants", "instalments", "reports"]
