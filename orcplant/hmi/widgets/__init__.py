"""What is drawn: marks beside numbers, curves, and the few controls of the window."""
