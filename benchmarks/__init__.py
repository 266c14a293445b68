"""How soon the provider responds, and what it costs, beside what a user would otherwise run: `make bench`."""
