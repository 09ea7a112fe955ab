"""The values that a field of a toy allows, read from its pydantic annotations."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, get_args, get_origin

import annotated_types
from pydantic.fields import FieldInfo


class Bounds(NamedTuple):
    """The values that a field allows: either some `choices`, or numbers between two ends."""

    kind: type
    choices: tuple[Any, ...] = ()
    lower: float | None = None
    upper: float | None = None
    open_lower: bool = False
    open_upper: bool = False

    def text(self, name: str) -> str:
        """The bounds as an inequality, such as `0 <= p <= 1`, or a list of the choices."""
        if self.choices:
            quoted = [repr(choice) for choice in self.choices]
            return " or ".join(part for part in (", ".join(quoted[:-1]), quoted[-1]) if part)
        text = name
        if self.lower is not None:
            text = f"{self.lower:.15g} {'<' if self.open_lower else '<='} {text}"
        if self.upper is not None:
            text = f"{text} {'<' if self.open_upper else '<='} {self.upper:.15g}"
        bounded = text if text != name else "any number"
        return f"{bounded}, an integer" if self.kind is int else bounded


def bounds(field: FieldInfo) -> Bounds:
    """Read the bounds of a pydantic field."""
    annotation = field.annotation
    if get_origin(annotation) is Literal:
        return Bounds(str, choices=get_args(annotation))
    lower: float | None = None
    upper: float | None = None
    open_lower = open_upper = False
    for item in field.metadata:
        if isinstance(item, annotated_types.Ge):
            lower = float(item.ge)  # type: ignore[arg-type]
        elif isinstance(item, annotated_types.Gt):
            lower, open_lower = float(item.gt), True  # type: ignore[arg-type]
        elif isinstance(item, annotated_types.Le):
            upper = float(item.le)  # type: ignore[arg-type]
        elif isinstance(item, annotated_types.Lt):
            upper, open_upper = float(item.lt), True  # type: ignore[arg-type]
    return Bounds(annotation or object, (), lower, upper, open_lower, open_upper)  # type: ignore[arg-type]
