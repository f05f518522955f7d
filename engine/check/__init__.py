"""Is it fake? Evidence first, a calibrated verdict second, "inconclusive" when it is."""
