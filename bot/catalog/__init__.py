"""What is known: values without I/O."""
