"""Forms of grants, one module per noun."""
