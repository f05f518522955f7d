"""One module per role: from a verified folder to the wrapper that methods see."""
