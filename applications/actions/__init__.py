"""What is done to calls, applications, the proposed secondee, assessments and visits: one function per verb."""
