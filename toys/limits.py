"""How a size is refused that a mechanism cannot be simulated at in reasonable time."""

from __future__ import annotations

from pydantic_core import PydanticCustomError


def refuse_beyond(
    value: float, most: int, *, name: str, sampler: str, other: str | None = None
) -> None:
    """Raise where `value` exceeds `most`, naming what is allowed.

    Parameters
    ----------
    value : int or float
        What is asked for.
    most : int
        The largest value that can be simulated.
    name : str
        Of the field.
    sampler : str
        The sampler that takes too long.
    other : str, optional
        The sampler to take instead.
    """
    if value <= most:
        return
    raise PydanticCustomError(
        "too_large_for_sampler",
        "{name} = {value} is too large for sampler '{sampler}' (at most {most}){advice}",
        {
            "name": name,
            "value": value if isinstance(value, int) else f"{value:g}",
            "sampler": sampler,
            "most": most,
            "advice": f"; use '{other}'" if other else "",
        },
    )
