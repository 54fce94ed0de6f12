"""Pages of one's account and organisation."""
