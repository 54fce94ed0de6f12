"""What is done with decisions, grants, agreements, payments and reports: one function per verb."""
