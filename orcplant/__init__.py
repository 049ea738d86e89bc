"""orcplant: size, simulate, run and show geothermal ORC power plants."""

__version__ = "0.1.0"
