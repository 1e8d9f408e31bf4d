"""The words that tie figures together: ``pattern`` compiles a template over the roles of ``link_cues.tsv``."""

from extractor.resources.cues import load

pattern = load("link_cues.tsv").pattern
