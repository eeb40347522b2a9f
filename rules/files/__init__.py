"""Rule files: read, checked, layered over one another, and mended."""
