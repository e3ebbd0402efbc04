"""The same work by peers: engines, the items they are compared on, and the record.

Importing the package limits every engine to one thread. The libraries read these variables once, when they
are loaded, so the package is imported before any of them.
"""

import os

ONE_THREAD = (
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "RAYON_NUM_THREADS",
)

os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
