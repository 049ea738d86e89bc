"""THE WHOLE: wells, units and money of a plant, on top of one unit's thermodynamics."""
