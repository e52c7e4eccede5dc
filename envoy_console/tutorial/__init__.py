"""The guided tutorial: 31 steps that the server watches being done, in both consoles."""
