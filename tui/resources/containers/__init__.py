"""The containers: their description, and the documents about them."""
