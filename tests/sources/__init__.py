"""The sources, on real files."""
