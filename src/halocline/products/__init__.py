"""One file per product: schema, encoding, pictures, manifest."""
