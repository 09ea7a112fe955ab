"""What a shell offers for the names that commands take, as those of toys and suites."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from sims.claim_statuses import STATUS_RULES

SUITES = Path(__file__).parent / "suites"

Names = Callable[[], Iterable[str]]


def _toys() -> Iterable[str]:
    from toys import names

    return names()


def _derivations() -> Iterable[str]:
    from symbolic import names

    return names()


def _suites() -> Iterable[str]:
    found = [path.stem for path in SUITES.iterdir() if path.suffix == ".toml" or path.is_dir()]
    return sorted(name for name in found if not name.startswith("_"))


def _families() -> Iterable[str]:
    from toys.folders import families

    return families()


NAMES: dict[tuple[str, str], Names] = {
    ("list", "family"): _families,
    ("show", "toy"): _toys,
    ("run", "toy"): _toys,
    ("check", "toy"): _toys,
    ("claims", "witness"): _toys,
    ("claims", "status"): lambda: STATUS_RULES,
    ("derive", "name"): _derivations,
    ("table", "suite"): _suites,
}
"""Where names come from, by command and parameter."""


class Offered(click.ParamType[str]):
    """One of these names, or something of the user's own.

    Parameters
    ----------
    names : callable
        Gives them; called only when a shell asks.
    or_file : bool
        Whether a path is allowed too.
    """

    name = "name"

    def __init__(self, names: Names, *, or_file: bool = False) -> None:
        self.names, self.or_file = names, or_file

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """The names that begin with what was typed."""
        found = [CompletionItem(name) for name in self.names() if name.startswith(incomplete)]
        if not found and self.or_file:  # beside names, a shell would not look for files
            return [CompletionItem(incomplete, type="file")]
        return found


def offer_names(commands: click.Group) -> None:
    """Let the commands of this process offer their names; only a shell that asks needs them.

    Parameters
    ----------
    commands : click.Group
        Changed in place.
    """
    for (command, parameter), names in NAMES.items():
        found = commands.get_command(click.Context(commands), command)
        for param in found.params if found else ():
            if param.name == parameter:
                param.type = Offered(names, or_file=command == "table")
