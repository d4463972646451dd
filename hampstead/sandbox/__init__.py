"""Local simulators of the vendors: own process, own state in memory, real wire protocols."""
