"""The operator's window: all it shows it learns from the control core, all it wants it asks of the core."""
