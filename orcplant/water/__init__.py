"""THE WATER: scaling and corrosion from the well to reinjection. SI inside, molality in mol per kg of water.

- What a laboratory says, and whether it can be true: ``species``, ``concentration``, ``analysis``,
  ``checks``.
- Speciation, saturation, equilibrium: ``minerals``, ``databases``, ``solution``, ``phreeqc_input`` (its
  language), ``phreeqc_engine`` (the only import of phreeqc).
- Closed formulas, which answer without phreeqc: ``silica``, ``geothermometers``, ``henry``.
- Lost gas restored, gas break-out, adiabatic flash: ``bubble_point``, ``flash``.
- Indices along the path, scale as an upper bound, bands: ``scaling``, ``inhibitor``, ``uncertainty``.
- Rules of the trade, each held to its range: ``applicable``, ``indices``, ``corrosion``, ``norsok``,
  ``materials``, ``surfaces``; what the numbers mean to an operator: ``levels``.
- Growth of deposits, what measured temperatures say of them, what they take: ``fouling``, ``monitoring``,
  ``fouled``.
- What a plant takes from its water, and everything `orcplant water` answers: ``plant_limits``, ``study``.

A rule used outside its range answers `NotApplicable` with the reason, never a number.
"""
