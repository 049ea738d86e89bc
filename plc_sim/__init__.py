"""Simulators of the plant's controllers, for test rigs and training."""
