"""What follows from the catalog: pure functions."""
