"""How the C library keeps memory for our threads: in one heap, and no longer than needed.

glibc would keep a heap for each thread, and the room that a long answer once took.
"""

from __future__ import annotations

import ctypes

# of glibc's malloc.h
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8


def share() -> None:
    """Let the threads of this process share one heap; to be said before they start."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # elsewhere it is another allocator
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_MMAP_THRESHOLD, 131_072)
