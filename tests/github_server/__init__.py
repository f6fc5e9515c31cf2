"""A GitHub-shaped server over real git repositories; see README.md."""

from .access import Fault, Token
from .server import GithubServer
from .state import Repo

__all__ = ["Fault", "GithubServer", "Repo", "Token"]
