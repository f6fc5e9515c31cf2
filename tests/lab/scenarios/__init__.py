"""The list of scenarios, in the order of reports."""

from .cache_eviction import CacheEviction
from .connection_exhaustion import ConnectionExhaustion
from .lock_chain import LockChain
from .missing_index import MissingIndex
from .spurious_alert import SpuriousAlert

ALL = (LockChain, ConnectionExhaustion, CacheEviction, MissingIndex, SpuriousAlert)
BY_NAME = {scenario.name: scenario for scenario in ALL}
