"""The live picture of one engine: what exists, what changes, what it uses. asyncio, no screen."""
