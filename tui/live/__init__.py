"""Live state of one engine: objects, events, statistics and jobs. Uses asyncio and knows nothing of the screen."""
