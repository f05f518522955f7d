"""Addresses models come from."""

OFFICIAL = "https://huggingface.co"
MIRRORS = ("https://hf-mirror.com",)  # public ones, offered in the settings
