"""What is done to placements, steps before the start and workplans: one function per verb."""
