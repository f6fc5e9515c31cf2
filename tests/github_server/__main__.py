"""python3 -m github_server [--port N] [--root DIR] [OWNER/REPO=PATH_OF_A_WORK_TREE …]

Serves repositories for looking around by hand. Prints the URL; the token is "test-token"."""

import argparse
import os
import subprocess
import time

from . import GithubServer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--root")
    parser.add_argument("repositories", nargs="*", metavar="OWNER/REPO=PATH")
    given = parser.parse_args()
    with GithubServer(given.root, given.port) as github:
        for one in given.repositories:
            name, _, path = one.partition("=")
            repo = github.repo(name)
            if path:
                subprocess.run(["git", "-C", path, "push", "-q", os.path.abspath(repo.git.path),
                                f"HEAD:refs/heads/{repo.default_branch}"], check=True)
        print(github.url, flush=True)
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
