"""An AWS for one machine."""
