"""`python -m toylaws`, and the command `toylaws`."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line."""
    from sims.cli import main as run

    run()


if __name__ == "__main__":
    sys.argv[0] = "toylaws"
    main()
