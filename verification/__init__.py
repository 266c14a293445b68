"""Asks a real account what nobody outside AWS has written down about packages. See docs/verification.md."""
