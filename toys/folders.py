"""The list of all toys, from the source files of the families, which are parsed but not imported.

A toy is a public class that inherits from `Toy`, in a public file of a family's folder. Parsing a
hundred files takes a tenth of a second; importing them takes more than a second.
"""

from __future__ import annotations

import ast
import importlib
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
    """All toys in the folders by name; and for each file that cannot be read, the reason.

    A file that is written in a way that the reader below does not follow is imported.
    """
    found: dict[str, Entry] = {}
    problems = {
        f"toys.{folder.name}": "it has no __init__.py, which says the family's title and question"
        for folder in sorted(ROOT.glob("[!_.]*/"))
        if any(folder.glob("[!_]*.py")) and not (folder / "__init__.py").is_file()
    }
    for module in files():
        if module.rpartition(".")[0] in problems:
            continue
        try:
            try:
                toys = _read(module)
            except Unclear:
                toys = _imported(module)
        except (Exception, SystemExit) as error:  # one broken file must not hide the others
            problems[module] = f"{type(error).__name__}: {' '.join(str(error).split())}"
            continue
        for toy in toys:
            if toy.name in found:
                problems[module] = f"the name {toy.name!r} is taken by {found[toy.name].module}"
            else:
                found[toy.name] = toy
    return dict(sorted(found.items())), problems


def _imported(module: str) -> list[Entry]:
    """The toys that a file defines, from the classes themselves."""
    values = vars(importlib.import_module(module)).values()
    return [
        describe(value)
        for value in values
        if isinstance(value, type)
        and issubclass(value, Toy)
        and value.__module__ == module
        and not value.__name__.startswith("_")
    ]


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").partition("\n\n")[0].split())


# ---- reading source ----------------------------------------------------------------------------


class Unclear(Exception):
    """The source is written in a way that this reader does not follow."""


@dataclass(frozen=True)
class _Source:
    """What a file defines, and where it imports names from: a module and the name there."""

    classes: Mapping[str, ast.ClassDef]
    values: Mapping[str, ast.expr]
    imported: Mapping[str, tuple[str, str]]


@cache
def _parsed(module: str) -> _Source:
    path = ROOT.parent / Path(*module.split(".")).with_suffix(".py")
    if not path.is_file():
        raise Unclear(module)
    classes, values, imported = {}, {}, {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            classes[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            values[node.targets[0].id] = node.value
        elif isinstance(node, ast.ImportFrom):
            home = "." * node.level + (node.module or "")
            for alias in node.names:
                imported[alias.asname or alias.name] = (home, alias.name)
    return _Source(classes, values, imported)


def _read(module: str) -> list[Entry]:
    """The toys that a file defines, from its source.

    Raises
    ------
    Unclear
        If it cannot be told from the source.
    """
    toys = []
    for class_name, node in _parsed(module).classes.items():
        if class_name.startswith("_") or not _is_toy(module, class_name):
            continue
        toys.append(
            Entry(
                snake_case(class_name), class_name, module, module.split(".")[1],
                _first_paragraph(ast.get_docstring(node)), _axes(module, class_name),
                _derivations(module, class_name),
            )
        )  # fmt: skip
    return toys


def _lineage(module: str, class_name: str) -> Iterator[tuple[str, ast.ClassDef]]:
    """A class and its base classes in `toys`, each with its module, up to `Toy` itself."""
    source = _parsed(module)
    if class_name in source.classes:
        node = source.classes[class_name]
        yield module, node
        for base in node.bases:
            if not isinstance(base, ast.Name):
                raise Unclear(ast.unparse(base))
            yield from _lineage(module, base.id)
    elif class_name in source.imported:
        home, name = source.imported[class_name]
        if home.startswith("."):
            raise Unclear(home)
        if home.partition(".")[0] == "toys":
            yield from _lineage("toys.toy" if (home, name) == ("toys", "Toy") else home, name)


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
    source = _parsed(module)
    for node in ast.walk(annotation):
        unit = None
        match node:
            case ast.Call(func=ast.Name("Size"), args=[ast.Constant(text)], keywords=[]):
                unit = str(text)
            case ast.Call(func=ast.Name("Size") | ast.Attribute(attr="Size")):
                raise Unclear(ast.unparse(node))
            case ast.Name(name) if name in source.values:
                unit = _unit(module, source.values[name])
            case ast.Name(name) if source.imported.get(name, ("",))[0].startswith("toys."):
                home, original = source.imported[name]
                value = _parsed(home).values.get(original)
                unit = None if value is None else _unit(home, value)
        if unit is not None:
            return unit
    return None


def _derivations(module: str, class_name: str) -> tuple[str, ...]:
    """The class attribute `derivations`, of the class or its nearest base that has one."""
    for _, node in _lineage(module, class_name):
        for line in node.body:
            match line:
                case ast.AnnAssign(target=ast.Name("derivations"), value=ast.expr() as value):
                    pass
                case ast.Assign(targets=[ast.Name("derivations")], value=value):
                    pass
                case _:
                    continue
            try:
                return tuple(ast.literal_eval(value))
            except ValueError:
                raise Unclear(ast.unparse(value)) from None
    return ()
