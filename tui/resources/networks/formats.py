"""A network in words."""

from __future__ import annotations

from tui.live.objects.networks import Network


def kind(network: Network) -> str:
    """Return the special properties of a network: internal, IPv6, ..."""
    kinds = (("internal", network.internal), ("attachable", network.attachable), ("ingress", network.ingress))
    return " ".join(word for word, so in (*kinds, ("IPv6", network.ipv6), ("configuration only", network.config_only)) if so)
