"""Pictures of answers: drawings (what is shown) are made here, and drawn in a process of their own.

Only ``canvas`` and the modules that draw on one import Matplotlib, and only the worker imports those.
"""
