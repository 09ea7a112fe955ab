"""The error for a size that would take too long to simulate."""

from __future__ import annotations

from pydantic_core import PydanticCustomError


def refuse_beyond(
    value: float, most: int, *, name: str, sampler: str, other: str | None = None
) -> None:
    """Raise an error if `value` exceeds `most`.

    Parameters
    ----------
    value : int or float
        The size.
    most : int
        The largest size that can be simulated in reasonable time.
    name : str
        Name of the field, for the message.
    sampler : str
        The sampler that takes too long, for the message.
    other : str, optional
        The sampler to use instead, for the message.

    Raises
    ------
    pydantic_core.PydanticCustomError
        If the value is too large.
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
