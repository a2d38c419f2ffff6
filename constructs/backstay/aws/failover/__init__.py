"""Taking over from a region that is lost: one state machine in each region, and what it may do."""
