"""From customers to segments: how many, how they are fitted, named and kept."""
