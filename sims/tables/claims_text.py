"""The table of claims as text, markdown and JSON: the summary first, then the claims."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import symbolic
from sims.claim_statuses import STATUS_RULES
from sims.numbers import with_error
from sims.tables.claims import ClaimsRecord, Count, JudgedClaim, Seen, Tested
from sims.terminal import width
from symbolic.claim import STATUSES

FORMATS = ("text", "markdown", "json")

COLUMNS = (*(status for status in STATUSES if status != "editorial"), "claims", "editorial")
"""Of the summary: editorial findings are counted apart."""

LEADS = {
    "holds": "note", "conditional": "but", "wrong": "but", "empirical": "note", "editorial": "read",
}  # fmt: skip
"""What stands before the correction."""

MARGIN = 8


def rendered(record: ClaimsRecord, form: str) -> str:
    """The claims as text, markdown or json; text as wide as the terminal.

    Parameters
    ----------
    record : ClaimsRecord
    form : str
        One of `FORMATS`.

    Returns
    -------
    str
        Without a line break at its end.
    """
    if form == "json":
        return record.model_dump_json(indent=2)
    if form == "markdown":
        return "\n\n".join(_markdown(record))
    blocks = [_table(record.summary)] if record.summary else []
    blocks += [_sources(record.claims), *map(_text, record.claims), _count(record.claims)]
    return "\n\n".join(filter(None, blocks))


# ---- text --------------------------------------------------------------------------------------


def _rows(summary: Sequence[Count]) -> list[list[str]]:
    """Head, a row for each source, and their sum."""
    columns = COLUMNS
    numbers = [[getattr(count, name) for name in columns] for count in summary]
    total = [sum(column) for column in zip(*numbers, strict=True)]
    named = [(count.source, row) for count, row in zip(summary, numbers, strict=True)]
    if len(named) > 1:
        named.append(("all sources", total))
    return [["source", *columns], *([name, *map(str, row)] for name, row in named)]


def _table(summary: Sequence[Count]) -> str:
    """The rows in columns; where these are wider than the terminal, each row in words."""
    rows = _rows(summary)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    ]
    if len(lines[0]) > width():
        head, *counts = rows
        words = [", ".join(map(" ".join, zip(row[1:], head[1:], strict=True))) for row in counts]
        lines = [
            line
            for row, text in zip(counts, words, strict=True)
            for line in _wrapped(f"{row[0]}: {text}", "", "  ")
        ]
    return "\n".join([*lines, "", *_wrapped(f"editorial: {STATUS_RULES['editorial']}", "", "")])


def _cited(claims: Sequence[JudgedClaim]) -> list[str]:
    """Keys of the sources of the claims, and of those whose argument they report."""
    cited = {key for claim in claims for key in (claim.source, *claim.argument_of)}
    return [key for key in symbolic.SOURCES if key in cited]


def _sources(claims: Sequence[JudgedClaim]) -> str:
    lines = []
    for key in _cited(claims):
        source = symbolic.SOURCES[key]
        address = f", {source.address}" if source.address else ""
        indent = "  " if len(source.address) + 2 <= width() else ""
        lines += _wrapped(f"{key}: {source.author}, {source.title}{address}", "", indent)
    return "\n".join(lines)


def _text(claim: JudgedClaim) -> str:
    """A claim as a paragraph: what is said, where, and what became of it."""
    said = claim.statement if claim.value is None else f"{claim.statement} [{claim.value}]"
    status, indent = f"{claim.status.upper()}  ", " " * MARGIN
    lines = _wrapped(f"{claim.source}, {claim.place}", status, indent)
    paragraphs = [
        ("says", said),
        ("quote", f"“{claim.quote}”" if claim.quote else ""),
        ("after", ", ".join(claim.argument_of)),
        (LEADS[claim.status], claim.correction),
        ("by", _decided(claim)),
        ("also", ", ".join(claim.also)),
        *(("test", line) for line in _outcome(claim.tests)),
        ("toys", ", ".join(claim.toys)),
        *(("seen", _seen(one)) for one in claim.observed),
    ]
    for word, text in paragraphs:
        if text:
            lines += _wrapped(text, f"  {word:{MARGIN - 2}}", indent)
    return "\n".join(lines)


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    """Lines no longer than the terminal is wide, with no word cut."""
    return textwrap.wrap(
        text, width(), initial_indent=first, subsequent_indent=rest,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _decided(claim: JudgedClaim) -> str:
    """The deciding derivation, and what of it decides; empty for an editorial finding."""
    if claim.derivation is None:
        return ""
    part = f"exponent: {claim.derived or 'none'}" if claim.part == "exponent" else claim.part
    return f"{claim.derivation} ({part})"


def _outcome(tests: Sequence[Tested]) -> list[str]:
    """What the tests of a claim's numbers found: of several, first how many are inconsistent."""
    verdicts = [one.verdict for one in tests]
    if len(tests) < 2:
        return verdicts
    inconsistent = sum(one.consistent is False for one in tests)
    impossible = sum(one.impossible for one in tests)
    text = f"{inconsistent} of {len(tests)} numbers are inconsistent with what is derived"
    text += f", {impossible} of them impossible" if impossible else ""
    return [text, *verdicts]


def _value(seen: Seen) -> str:
    if seen.exponent is None:
        return "no exponent"
    return with_error(seen.exponent, seen.standard_error, seen.places)


def _seen(seen: Seen) -> str:
    value = _value(seen)
    sampler = f", {seen.sampler}" if seen.sampler else ""
    setting = f"{seen.toy}: {seen.parameters}{sampler}"
    return f"{value} in {seen.axis}: {seen.verdict}, {seen.derivation} ({setting})"


def _count(claims: Sequence[JudgedClaim]) -> str:
    numbers = [(status, sum(claim.status == status for claim in claims)) for status in STATUSES]
    counted = ", ".join(f"{number} {status}" for status, number in numbers if number)
    text = f"claims: {len(claims)}" + (f" ({counted})" if counted else "")
    return "\n".join(_wrapped(text, "", "  "))


# ---- markdown ----------------------------------------------------------------------------------


def _markdown(record: ClaimsRecord) -> list[str]:
    """The summary, what statuses mean, and a table for each source."""
    head, *rows = [_line(*row) for row in _rows(record.summary)]
    lines = [head, "|---" * (len(STATUSES) + 2) + "|", *rows]
    rules = [f"- *{status}*: {rule}" for status, rule in STATUS_RULES.items()]
    blocks = ["\n".join(lines), "\n".join(rules)]
    for count in record.summary:
        source = symbolic.SOURCES[count.source]
        blocks.append(f"## {count.source}\n\n{source.author}, *{source.title}*")
        mine = [claim for claim in record.claims if claim.source == count.source]
        head = _line("claim", "claimed", "status", "what is true", "decided by")
        blocks.append("\n".join([head, "|---|---|---|---|---|", *map(_row, mine)]))
    return blocks


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _row(claim: JudgedClaim) -> str:
    said = f"{claim.place}: {claim.statement}"
    if claim.quote:
        said += f" (`{claim.quote}`)" if "\\" in claim.quote else f" (“{claim.quote}”)"
    if claim.argument_of:
        said += f"; the argument is that of {', '.join(claim.argument_of)}"
    by = [
        f"`{claim.derivation}` {_decided(claim).partition(' ')[2]}" if claim.derivation else "",
        f"also {_names(claim.also)}" if claim.also else "",
        f"tested: {'; '.join(_outcome(claim.tests))}" if claim.tests else "",
        f"toys {_names(claim.toys)}" if claim.toys else "",
        f"observed {_observed(claim)}" if claim.observed else "",
    ]
    status = f"*{claim.status}*"
    return _line(said, claim.value or "", status, claim.correction, "; ".join(filter(None, by)))


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _observed(claim: JudgedClaim) -> str:
    """What was observed, by toy and axis: exponents, or that there is none."""
    seen: dict[str, list[str]] = {}
    for one in claim.observed:
        word = "no power law" if one.verdict == "not a power law" else _value(one)
        seen.setdefault(f"`{one.toy}` in {one.axis}", []).append(word)
    return "; ".join(f"{toy}: {', '.join(dict.fromkeys(words))}" for toy, words in seen.items())
