"""Pages of placements: fetch with permission, one action or one query, page or redirect."""
