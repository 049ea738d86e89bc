"""Instruments: from the plant's SI to the tags' own units, one room for each type of device."""
