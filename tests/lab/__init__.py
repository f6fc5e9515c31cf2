"""The live lab: real servers with a real load, faults, and what the service must find."""
