"""Measures of orcplant, side by side with TESPy in one run."""
