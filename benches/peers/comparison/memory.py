"""The allocator, told to keep what is freed."""

from __future__ import annotations

import ctypes
import sys

M_TRIM_THRESHOLD = -1
M_MMAP_MAX = -4
NEVER = -1


def keep_freed_memory() -> None:
    """Tell glibc to serve every array from its heap and to give nothing back.

    A page fresh from the kernel costs more than the arithmetic on it, and whether an array gets such pages depends
    on what another engine freed before. With the memory kept, every engine finds the same. Other platforms are left
    as they are.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_MAX, 0)
        mallopt(M_TRIM_THRESHOLD, NEVER)
