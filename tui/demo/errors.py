"""Error answers of the demo engine, with the real engine's messages."""

from __future__ import annotations


class ApiError(Exception):
    """An error answer: HTTP status and the engine's message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class NotModified(Exception):
    """The object is already in that state: 304 without a body."""


def no_such_container(reference: str) -> ApiError:
    """404 for a container."""
    return ApiError(404, f"No such container: {reference}")


def no_such_image(reference: str) -> ApiError:
    """404 for an image, with its tag."""
    named = reference if ":" in reference.rsplit("/", 1)[-1] or "@" in reference else f"{reference}:latest"
    return ApiError(404, f"No such image: {named}")


def not_running(container_id: str) -> ApiError:
    """409 for a container that does not run."""
    return ApiError(409, f"container {container_id} is not running")
