"""`python -m portal.embedded`, which `make demo` runs; it reads PORT, PORTAL_HOME and EMPTY."""

import os
import sys

from portal.embedded.child import StartError
from portal.embedded.demo import Demo
from portal.embedded.running import AlreadyRunningError

if __name__ == "__main__":
    try:
        sys.exit(Demo(os.environ).run())
    except (StartError, AlreadyRunningError, PermissionError) as error:
        sys.exit(f"\n{error}")
