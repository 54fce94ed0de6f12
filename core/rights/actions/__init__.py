"""What the office does with a request about personal data."""
