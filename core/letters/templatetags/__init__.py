"""Tags about emails."""
