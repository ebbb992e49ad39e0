"""A user's file: what it is, how it is written, which relation reads it."""
