"""The command line `toylaws`: which commands there are, and how errors become exit codes."""

from __future__ import annotations

import difflib
import os
import shlex
import sys
import threading
import traceback
from importlib import import_module
from typing import NoReturn

import click
from click.shell_completion import shell_complete

from sims.exit_codes import BAD_INPUT, DONE, INTERNAL, INTERRUPTED

COMMANDS = ("list", "show", "derive", "claims", "run", "table", "plot", "fit", "surface", "check")

COMPLETE = "_TOYLAWS_COMPLETE"
"""The variable by which a shell asks for completions."""


class _Commands(click.Group):
    """Commands that are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"sims.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if ctx.resilient_parsing:  # a shell asks what could follow: what is wrong is not said
            return super().resolve_command(ctx, args)
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"unknown command {args[0]!r}{hint} (there are: {', '.join(COMMANDS)})")
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None:
            _refuse_repeats(ctx, command, rest)
        return name, command, rest


def _refuse_repeats(ctx: click.Context, command: click.Command, args: list[str]) -> None:
    """Of an option that is given twice click takes the last without a word; refuse it."""
    inner = command.context_class(command, parent=ctx, **command.context_settings)
    _, _, given = command.make_parser(inner).parse_args(args=list(args))
    for option in given:
        single = isinstance(option, click.Option) and not (option.is_flag or option.multiple)
        if single and given.count(option) > 1:
            ctx.fail(f"{max(option.opts, key=len)} is given {given.count(option)} times; once only")


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="toylaws")
def cli() -> None:
    """Ask why learning systems follow scaling laws.

    Toy models of scaling laws, simulated, derived, and compared: every number with its error bar,
    its seed and its source.

    \b
    toylaws table                                     the core exponent table
    toylaws run bernoulli --p 0.2 --over N=1e2:1e6:9  one sweep of one toy
    toylaws derive bernoulli.data                     why the exponent is 1
    toylaws claims --status wrong                     what sources say, and what is true
    toylaws fit runs.csv --size D --loss loss         your own data
    toylaws surface runs.csv --parameters N --tokens D --loss loss    a surface L(N, D)

    \b
    The tab key completes commands, toys, suites and derivations after one of these:
    eval "$(_TOYLAWS_COMPLETE=bash_source toylaws)"   in bash; in zsh, zsh_source
    _TOYLAWS_COMPLETE=fish_source toylaws | source    in fish

    Exit codes: 0 done, 1 a failure of toylaws or of a check, 2 bad input, 3 a row disagrees under
    --strict, 130 interrupted.
    """


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command line; results go to stdout, notes and errors to stderr."""
    arguments = sys.argv[1:] if args is None else args
    if args is None and COMPLETE in os.environ:
        sys.exit(_completions(os.environ[COMPLETE]))
    try:
        with cli.make_context("toylaws", list(arguments)) as context:
            code = cli.invoke(context)
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else DONE)
    except click.exceptions.Exit as leave:  # after --help and --version
        sys.exit(leave.exit_code)
    except click.ClickException as error:
        if isinstance(error, click.exceptions.NoArgsIsHelpError):
            error.show()
        else:
            _complain(error.format_message())
        sys.exit(BAD_INPUT)
    except (KeyboardInterrupt, click.Abort):
        _interrupted(arguments)
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for Python's last flush
        sys.exit(DONE)
    except OSError as error:
        _complain(f"cannot write the result: {error.strerror or error}")
        sys.exit(INTERNAL)
    except Exception as error:
        from sims.errors import BadInput
        from toys.registry import no_cache_folder

        if isinstance(error, BadInput):
            _complain(str(error))
            sys.exit(BAD_INPUT)
        if no_cache_folder(error):
            _complain(
                "there is no folder to keep compiled kernels in: neither that of the package nor "
                "your own cache can be written; set NUMBA_CACHE_DIR to a writable folder"
            )
            sys.exit(INTERNAL)
        if _toys_fault(error):
            sys.exit(INTERNAL)
        traceback.print_exc()
        _complain(f"this is a fault of toylaws or of a toy, not of your input: {error}")
        sys.exit(INTERNAL)


def _toys_fault(error: Exception) -> bool:
    """Say in one line what a toy's own code raised, and where; False if it was not a toy's."""
    from sims.errors import FAULT_OF

    notes = [note for note in getattr(error, "__notes__", ()) if note.startswith(FAULT_OF)]
    if not notes:
        return False
    where = traceback.extract_tb(error.__traceback__)[-1]
    _complain(f"{notes[0]}: {type(error).__name__}: {error} ({where.filename}:{where.lineno})")
    return True


def _completions(instruction: str) -> int:
    """What a shell asks for: its script, as for `bash_source`, or what could follow."""
    from sims.completion import offer_names

    try:
        offer_names(cli)
        return shell_complete(cli, {}, "toylaws", COMPLETE, instruction)
    except Exception:  # a traceback has no place in a line that is being typed
        return INTERNAL


def _complain(message: str) -> None:
    click.echo(f"toylaws: {' '.join(message.split())}", err=True)


def _interrupted(arguments: list[str]) -> NoReturn:
    command = shlex.join(["toylaws", *arguments])
    if any(argument.partition("=")[0] == "--db" for argument in arguments):
        _complain(f"interrupted; finished blocks are kept. Resume with: {command}")
    else:
        _complain("interrupted; nothing is kept without --db FILE")
    sys.stdout.flush()
    sys.stderr.flush()
    if threading.active_count() > 1:  # a block under way would be waited for
        os._exit(INTERRUPTED)
    sys.exit(INTERRUPTED)
