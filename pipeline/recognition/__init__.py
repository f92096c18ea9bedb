"""Names and parts of speech."""

STANDARDS = ("report", "msra", "cluener")
"""Annotation standards that the tagger has a head for; the pipeline uses the first."""
