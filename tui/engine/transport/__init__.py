"""How requests and streams reach the engine: addresses, dialers, HTTP, frames."""
