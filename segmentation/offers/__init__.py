"""Which category to offer a customer next, and whether that beats popularity."""
