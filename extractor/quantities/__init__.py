"""Numbers with units: where they stand, what they are worth, how close they are to the real ones."""

from extractor.quantities.detect import find_quantities
from extractor.resources.units import DIMENSIONS, Unit, load_units, unit_named

__all__ = ["DIMENSIONS", "Unit", "find_quantities", "load_units", "unit_named"]
