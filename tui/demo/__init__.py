"""A simulated Docker engine: invented containers behind the real API on a private unix socket.

It serves `longshore --demo`, and tests that need scale, faults or a manual clock. It touches nothing on the host beyond one
private temporary folder with the socket in it.
"""

from tui.demo.clock import Clock, ManualClock, RealClock
from tui.demo.engine import DemoEngine
from tui.demo.faults import Fault
from tui.demo.world import World

__all__ = ["Clock", "DemoEngine", "Fault", "ManualClock", "RealClock", "World"]
