"""How fast the project is, and with how much memory, against the usual way."""
