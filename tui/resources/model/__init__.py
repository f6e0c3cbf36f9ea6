"""What every resource is described with."""
