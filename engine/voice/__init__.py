"""Voices: what makes a recording hard to clone, and what it costs to hear."""
