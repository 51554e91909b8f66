# SPDX-License-Identifier: GPL-2.0-only
"""How long a property may take."""
import subprocess, time

SECONDS = 120


def communicate(child):
    """What a child writes. TimeoutExpired after SECONDS; when the machine stood still, that was no time of the child's."""
    used, last = 0, time.monotonic()
    while True:
        try:
            return child.communicate(timeout=1)[0]
        except subprocess.TimeoutExpired:
            now = time.monotonic()
            used, last = used + min(now - last, 2), now
            if used >= SECONDS:
                raise
