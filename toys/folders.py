"""The list of all toys, from the source files of the families, which are parsed but not imported.

A toy is a public class that inherits from `Toy`, in a public file of a family's folder. Parsing a
hundred files takes a tenth of a second; importing them takes more than a second.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from toys.toy import Toy, snake_case

ROOT = Path(__file__).parent

_PUBLIC_CLASS = re.compile(r"^class ([A-Z]\w*)\(", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """What a list of toys shows of one toy.

    Attributes
    ----------
    name : str
        The registered name.
    class_name, module : str
        Where to import the class from.
    family : str
        The folder that contains the toy; empty for a toy of another package.
    summary : str
        The first paragraph of the docstring.
    axes : mapping of str to str
        The size axes, with the unit of each.
    derivations : tuple of str
        Names of the derivations that the toy can link to.
    """

    name: str
    class_name: str
    module: str
    family: str
    summary: str
    axes: Mapping[str, str]
    derivations: tuple[str, ...]


def files() -> dict[str, Path]:
    """The public files of all families, by the name of the module."""
    found = sorted(ROOT.glob("[!_]*/[!_]*.py"))
    return {f"toys.{path.parent.name}.{path.stem}": path for path in found}


def homes() -> Iterator[tuple[str, str]]:
    """All public classes, each of which may be a toy, and their modules, by a text search."""
    for module, path in files().items():
        for class_name in _PUBLIC_CLASS.findall(path.read_text(encoding="utf-8")):
            yield class_name, module


@dataclass(frozen=True)
class Family:
    """The title of a folder of toys, and the question that its toys answer."""

    title: str
    question: str


@cache
def families() -> dict[str, Family]:
    """All families by the name of the folder, in alphabetical order."""
    found = {}
    for path in sorted(ROOT.glob("[!_]*/__init__.py")):
        words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        title, _, question = words.partition("\n\n")
        found[path.parent.name] = Family(title.rstrip("."), " ".join(question.split()))
    return found


def describe(toy: type[Toy]) -> Entry:
    """The entry of a toy that has been imported."""
    return Entry(
        toy.name, toy.__name__, toy.__module__, toy.family, _first_paragraph(inspect.getdoc(toy)),
        {name: size.unit for name, size in toy.axes().items()}, toy.derivations,
    )  # fmt: skip


@cache
def entries() -> tuple[dict[str, Entry], dict[str, str]]:
    """All toys in the folders by name; and for each file that cannot be read, the reason."""
    found: dict[str, Entry] = {}
    problems: dict[str, str] = {}
    for module in files():
        try:
            classes = _parsed(module).classes
        except (SyntaxError, ValueError) as error:
            problems[module] = f"{type(error).__name__}: {error}"
            continue
        for class_name, node in classes.items():
            if class_name.startswith("_") or not _is_toy(module, class_name):
                continue
            name = snake_case(class_name)
            if name in found:
                problems[module] = f"the name {name!r} is taken by {found[name].module}"
                continue
            found[name] = Entry(
                name, class_name, module, module.split(".")[1],
                _first_paragraph(ast.get_docstring(node)), _axes(module, class_name),
                _derivations(module, class_name),
            )  # fmt: skip
    return dict(sorted(found.items())), problems


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").partition("\n\n")[0].split())


# ---- reading source ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Source:
    """What a file defines, and what it imports from other files of `toys`."""

    classes: Mapping[str, ast.ClassDef]
    values: Mapping[str, ast.expr]
    imported: Mapping[str, str]


@cache
def _parsed(module: str) -> _Source:
    path = ROOT.parent / Path(*module.split(".")).with_suffix(".py")
    classes, values, imported = {}, {}, {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            classes[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            values[node.targets[0].id] = node.value
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("toys."):
            imported.update({alias.asname or alias.name: str(node.module) for alias in node.names})
    return _Source(classes, values, imported)


def _lineage(module: str, class_name: str) -> Iterator[tuple[str, ast.ClassDef]]:
    """A class and its base classes, each with its module, up to `Toy` itself."""
    source = _parsed(module)
    if class_name in source.classes:
        node = source.classes[class_name]
        yield module, node
        for base in node.bases:
            yield from _lineage(module, ast.unparse(base))
    elif class_name in source.imported:
        yield from _lineage(source.imported[class_name], class_name)


def _is_toy(module: str, class_name: str) -> bool:
    return any(node.name == "Toy" for _, node in _lineage(module, class_name))


def _axes(module: str, class_name: str) -> dict[str, str]:
    """The fields marked with `Size`, in the order of pydantic: those of base classes first."""
    axes: dict[str, str] = {}
    for home, node in reversed(list(_lineage(module, class_name))):
        for line in node.body:
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                unit = _unit(home, line.annotation)
                if unit is not None:
                    axes[line.target.id] = unit
                else:  # a subclass may redeclare a field, without making it an axis
                    axes.pop(line.target.id, None)
    return axes


def _unit(module: str, annotation: ast.expr) -> str | None:
    """The unit of a field, if its annotation, or an alias in it, contains `Size("...")`."""
    for node in ast.walk(annotation):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Size":
            return str(ast.literal_eval(node.args[0]))
        if isinstance(node, ast.Name):
            source = _parsed(module)
            if node.id in source.values and node.id != "Size":
                unit = _unit(module, source.values[node.id])
            elif node.id in source.imported and node.id != "Size":
                home = source.imported[node.id]
                value = _parsed(home).values.get(node.id)
                unit = None if value is None else _unit(home, value)
            else:
                continue
            if unit is not None:
                return unit
    return None


def _derivations(module: str, class_name: str) -> tuple[str, ...]:
    """The class attribute `derivations`, of the class or its nearest base that has one."""
    for _, node in _lineage(module, class_name):
        for line in node.body:
            match line:
                case ast.AnnAssign(target=ast.Name("derivations"), value=ast.expr() as value):
                    return tuple(ast.literal_eval(value))
                case ast.Assign(targets=[ast.Name("derivations")], value=value):
                    return tuple(ast.literal_eval(value))
    return ()
