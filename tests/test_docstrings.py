"""Docstrings of the public interface say what goes in, what comes out and what is raised."""

import ast
import inspect
import re
import textwrap

import pytest

import sims
import symbolic
import toys
from symbolic import registry, statement, steps
from toys import path as toys_path
from toys import toy as toys_toy

SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)


def sections(doc):
    """The sections of a NumPy docstring, by name."""
    parts = SECTION.split(inspect.cleandoc(doc or ""))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def documented(doc):
    """Names in the section Parameters; `a, b : int` documents both."""
    names = []
    for line in sections(doc).get("Parameters", "").splitlines():
        if line and not line.startswith(" "):
            names += [name.strip(" *") for name in line.partition(" : ")[0].split(",")]
    return names


def raised(function):
    """Whether the function itself has a `raise` that is not a re-raise."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return any(isinstance(node, ast.Raise) and node.exc is not None for node in ast.walk(tree))


def problems(name, function):
    """What the docstring of a function lacks, or says of parameters that it does not have.

    One that takes nothing says in its first line what it returns.
    """
    doc = inspect.getdoc(function)
    signature = inspect.signature(function)
    taken = [p for p in signature.parameters if p not in ("self", "cls")]
    if not doc:
        yield f"{name} has no docstring"
        return
    if taken and documented(doc) != taken:
        yield f"{name}({', '.join(taken)}) documents ({', '.join(documented(doc))})"
    found = sections(doc)
    gives = signature.return_annotation not in (None, "None", inspect.Signature.empty)
    if taken and gives and not {"Returns", "Yields"} & set(found):
        yield f"{name} does not say what it returns"
    if raised(function) and "Raises" not in found:
        yield f"{name} does not say what it raises"


def methods(owner, cls):
    """The public methods that a class defines itself, and its constructor where it takes any."""
    for name, value in vars(cls).items():
        function = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        declared = any(hasattr(base, name) for base in cls.__bases__)  # and documented there
        if inspect.isfunction(function) and not name.startswith("_") and not declared:
            yield f"{owner}.{name}", function


def public():
    """Every public function and method, by name."""
    rooms = (
        (sims, sims.__all__), (symbolic, symbolic.__all__),
        (toys, [name for name in toys.__all__ if name != "Moments"]),
        (toys_toy, ["Toy"]), (toys_path, ["PathToy"]), (registry, ["derivation"]),
        (statement, ["Statement"]), (steps, [n for n in vars(steps) if n[0].isupper()]),
    )  # fmt: skip
    seen = set()
    for module, names in rooms:
        for name in names:
            value = getattr(module, name)
            if id(value) in seen:
                continue
            seen.add(id(value))
            label = f"{module.__name__}.{name}"
            if inspect.isclass(value):
                yield from methods(label, value)
            elif inspect.isfunction(value):
                yield label, value


PUBLIC = dict(public())


@pytest.mark.parametrize("name", PUBLIC)
def test_documented_parameters_are_the_signature(name):
    assert list(problems(name, PUBLIC[name])) == []


def wrong(a: int, b: int) -> int:
    """Add.

    Parameters
    ----------
    a : int
        One.
    c : int
        Another.
    """
    if a < b:
        raise ValueError("no")
    return a + b


def test_a_planted_docstring_is_caught():
    assert len(list(problems("wrong", wrong))) == 3


def test_sections_that_there_are_fit_everywhere():
    """A docstring of any function of ours that has Parameters has those of its signature."""
    import importlib
    import pkgutil

    wrong = []
    for room in ("toys", "symbolic", "sims", "toylaws"):
        package = importlib.import_module(room)
        for info in pkgutil.walk_packages(package.__path__, f"{room}."):
            if info.name.endswith("__main__"):
                continue
            module = importlib.import_module(info.name)
            for name, value in vars(module).items():
                if inspect.isfunction(value) and value.__module__ == info.name:
                    stated = documented(value.__doc__)
                    taken = list(inspect.signature(value).parameters)
                    if stated and stated != taken:
                        wrong.append(f"{info.name}.{name}({', '.join(taken)}): {stated}")
    assert wrong == []
