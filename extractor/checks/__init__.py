"""勾稽: the arithmetic that a report claims about its own figures, recomputed."""
