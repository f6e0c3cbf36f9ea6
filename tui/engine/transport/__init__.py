"""Transport of requests and streams: addresses, dialers, HTTP, frames."""
