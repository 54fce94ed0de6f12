"""Forms of the applicants and of the admin's steps."""
