"""The plant itself, in SI and for all devices of a type at once."""
