"""Cloakroom's engine: cloaks, marks, verdicts. No Qt; usable as a library."""

__version__ = "0.1.0"
