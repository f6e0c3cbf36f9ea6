"""The networks, published ports and the network map."""
