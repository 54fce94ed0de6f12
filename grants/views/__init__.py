"""Pages of grants, one module per noun."""
