"""Numbers with units: where they stand, what they are worth, how close they are to the real ones."""

from extractor.quantities.detect import find_quantities

__all__ = ["find_quantities"]
