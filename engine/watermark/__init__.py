"""Watermarks: put a keyed mark into a photo or a recording, and prove later that it is there."""
