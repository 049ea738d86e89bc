"""THE WATER: scaling and corrosion from the well to reinjection. SI inside, molality in mol per kg of water.

```
species.py concentration.py analysis.py checks.py   what a laboratory says, and whether it can be true
minerals.py databases.py phreeqc_engine.py          the only import of phreeqc: speciation, saturation,
equilibrium silica.py geothermometers.py henry.py               closed formulas; they answer without phreeqc
too bubble_point.py flash.py                            lost gas restored, gas break-out, adiabatic flash
scaling.py inhibitor.py uncertainty.py              indices along the path, scale as an upper bound, bands
indices.py corrosion.py norsok.py materials.py      rules of the trade, each held to its range fouling.py
monitoring.py                            growth of deposits; what measured temperatures say of them study.py
everything `orcplant water` answers ```

A rule used outside its range answers `NotApplicable` with the reason, never a number.
"""
