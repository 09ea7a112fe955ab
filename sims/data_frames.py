"""pandas, where it is installed."""

from __future__ import annotations

from types import ModuleType


def data_frames() -> ModuleType:
    """The module pandas.

    Raises
    ------
    ImportError
        If it is not installed; the message says how to install it.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError('data frames need pandas: pip install "toylaws[pandas]"') from error
    return pd
