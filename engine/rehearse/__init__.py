"""What an attacker gets: the attacks themselves, run on the original and on the protected file."""
