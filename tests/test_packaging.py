"""What is shipped beside the code: versions, citation, changelog fragments, the wheel."""

import re
import tomllib
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def script(place):
    """A script that is no part of a package, as a module."""
    loader = SourceFileLoader(Path(place).stem, str(ROOT / place))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_license_is_an_expression_and_no_classifier(project):
    assert project["project"]["license"] == "BSD-3-Clause"
    assert all((ROOT / name).is_file() for name in project["project"]["license-files"])
    assert not any("License" in line for line in project["project"]["classifiers"])
    (tool,) = project["build-system"]["requires"]
    assert int(tool.removeprefix("setuptools>=")) >= 77  # older ones know no expression


# ---- citation ------------------------------------------------------------------------------------

KEYS = {
    "abstract", "authors", "cff-version", "commit", "contact", "date-released", "doi", "identifiers",
    "keywords", "license", "license-url", "message", "preferred-citation", "references",
    "repository", "repository-artifact", "repository-code", "title", "type", "url", "version",
}  # fmt: skip
"""The keys of the Citation File Format 1.2.0."""


def citation():
    """The keys with a value on their own line, of a file that is no more than that and lists."""
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.fullmatch(r"(?:(?:[a-z-]+:(?: .+)?|  - .+)\n)+", text)
    return dict(re.findall(r"^([a-z-]+):(?: (.+))?$", text, re.MULTILINE)), text


def test_the_citation_is_valid_and_has_the_version_of_the_project(project):
    values, text = citation()
    assert set(values) <= KEYS
    assert {"cff-version", "message", "title", "authors"} <= set(values)
    assert values["cff-version"] == "1.2.0"
    assert values["version"] == project["project"]["version"]
    assert values["license"] == project["project"]["license"]
    (author,) = project["project"]["authors"]
    assert f"authors:\n  - name: {author['name']}\n" in text


def test_no_value_of_the_citation_would_be_read_as_something_else():
    """A colon and a space inside a plain value would begin another one."""
    values, _ = citation()
    for value in values.values():
        assert ": " not in value or value[0] == value[-1] == '"', value


# ---- changelog -----------------------------------------------------------------------------------

changelog = script("docs/changelog.py")
FRAGMENTS = sorted((ROOT / "changes").iterdir())


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda path: path.name)
def test_every_fragment_is_legal(fragment):
    assert changelog.fault(fragment, changelog.places(ROOT)) is None


def test_the_places_are_families_wings_and_the_house():
    places = changelog.places(ROOT)
    assert {"house", "coins", "zipf", "engine", "commands"} <= places
    assert not {"_kernels", "_lemmas", "__pycache__", "toys", "sims"} & places


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("coin-walk.new.md", "A toy.", "'coin' is no place"),
        ("coins-walk.feature.md", "A toy.", "'feature' is no kind"),
        ("coins.new.md", "A toy.", "its name is not"),
        ("coins-walk.md", "A toy.", "its name is not"),
        ("coins-walk.new.txt", "A toy.", "its name is not"),
        ("Coins-walk.new.md", "A toy.", "its name is not"),
        ("coins-walk.new.md", " \n", "it says nothing"),
        ("coins-walk.new.md", "- A toy.", "without a bullet"),
    ],
)
def test_planted_fragments_are_caught(tmp_path, name, text, message):
    fragment = tmp_path / name
    fragment.write_text(text)
    assert message in changelog.fault(fragment, changelog.places(ROOT))


def test_fragments_are_joined_by_kind_and_place(tmp_path):
    texts = {
        "zipf-a.new.md": "Second new.",
        "coins-b.new.md": f"First new,\nof two {'long ' * 20}lines.\n\nAnd more.",
        "house-c.moves.md": "It moves.",
        "coins-d.api.md": "Last.",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text + "\n")
    before = f"# Changelog\n\n{changelog.START}\nold\n{changelog.END}\n\n## 0.1.0\n"
    joined = changelog.with_section(before, sorted(tmp_path.iterdir()))
    assert joined == (
        f"# Changelog\n\n{changelog.START}\n## Unreleased\n\n"
        "### Moves a number\n\n- **house**: It moves.\n\n"
        "### New\n\n- **coins**: First new, of two "
        f"{'long ' * 13}long\n  {'long ' * 6}lines.\n\n  And more.\n- **zipf**: Second new.\n\n"
        f"### Interface\n\n- **coins**: Last.\n{changelog.END}\n\n## 0.1.0\n"
    )
    assert changelog.with_section(joined, sorted(tmp_path.iterdir())) == joined
    emptied = changelog.with_section(joined, [])
    assert emptied == f"# Changelog\n\n{changelog.START}\n{changelog.END}\n\n## 0.1.0\n"
    with pytest.raises(SystemExit, match="not there once each"):
        changelog.with_section("# Changelog\n", [])


def test_the_changelog_has_a_section_for_this_version(project):
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {project['project']['version']}\n" in text
    assert changelog.with_section(text, FRAGMENTS) == text, "run `make changelog`"


# ---- wheel ---------------------------------------------------------------------------------------

whole = script(".ci/wheel_is_whole")
METADATA = "Metadata-Version: 2.4\nName: toylaws\nLicense-Expression: BSD-3-Clause\n"
RECORDS = {"toylaws-0.1.0.dist-info/METADATA", "toylaws-0.1.0.dist-info/licenses/LICENSE"}


def test_a_wheel_must_have_the_sources_of_every_room():
    wanted = whole.sources(ROOT)
    assert {
        "toys/__init__.pyi", "symbolic/py.typed", "sims/suites/core.toml", "sims/cli.py",
        "toys/coins/_coin.py", "symbolic/zipf/__init__.py",
    } <= wanted  # fmt: skip
    assert not any(name.startswith(("tests", "docs", "benchmarks")) for name in wanted)
    assert whole.faults(wanted | RECORDS, wanted, METADATA) == []


def test_planted_faults_of_a_wheel_are_caught():
    wanted = {"sims/cli.py", "sims/suites/core.toml"}
    without = RECORDS | {"sims/cli.py"}
    assert whole.faults(without, wanted, METADATA) == ["not in the wheel: sims/suites/core.toml"]
    stale = RECORDS | wanted | {"sims/sweep.py"}
    assert whole.faults(stale, wanted, METADATA) == ["in the wheel, but not here: sims/sweep.py"]
    old = METADATA.replace("License-Expression", "License")
    assert whole.faults(RECORDS | wanted, wanted, old) == ["License-Expression is None"]
    assert whole.faults(wanted, wanted, METADATA) == ["not in the wheel: LICENSE"]
