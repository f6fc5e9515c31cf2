"""Real servers of Debian's packages on free loopback ports, and rude ones; tests start and stop them."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3]))

from lab.ports import free_port  # noqa: E402,F401

from .bad_peers import Link, Silent, Speaker  # noqa: E402,F401
from .console import Console  # noqa: E402,F401
from .postgres import PG_BIN, Postgres  # noqa: E402,F401
from .process import Process, is_open, wait_for  # noqa: E402,F401
from .prometheus import Cluster, Gateway, Prometheus, Shop  # noqa: E402,F401
from .redis import Redis  # noqa: E402,F401
