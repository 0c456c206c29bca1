"""Matchup: which AI model to use, and how sure one can be."""

import os

# The matrices of a fit are small: more threads make it slower. NumPy reads this when it is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
