"""Matchup: which AI model to use, and how sure one can be."""

__version__ = "0.1.0"
