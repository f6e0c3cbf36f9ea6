"""The types that describe a resource, and the text helpers that descriptions share."""
