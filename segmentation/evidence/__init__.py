"""Evidence beside the published segments: other algorithms, silhouettes, maps."""
