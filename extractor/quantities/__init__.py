"""Numbers with units: where they stand, what they are worth, how close they are to the real ones; and tables of them."""

from extractor.quantities.detect import find_quantities
from extractor.quantities.grids import laid_out

__all__ = ["find_quantities", "laid_out"]
