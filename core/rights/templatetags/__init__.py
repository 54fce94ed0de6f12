"""Template tags about a person's rights."""
