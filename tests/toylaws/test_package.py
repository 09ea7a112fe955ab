"""One import name for the three rooms, which notices when others hide them."""

import subprocess
import sys

import pytest

import sims
import symbolic
import toylaws
import toys


def test_the_public_names_of_the_rooms_are_here():
    assert toylaws.toys is toys
    assert toylaws.symbolic is symbolic
    assert toylaws.sims is sims
    assert toylaws.Bernoulli is toys.Bernoulli
    assert toylaws.Sweep is sims.Sweep
    assert toylaws.Law is symbolic.Law
    for name in dir(toylaws):
        assert getattr(toylaws, name) is not None
    assert set(sims.__all__) | {"Bernoulli", "Claim", "Toy"} <= set(dir(toylaws))


def test_the_version_is_the_distributions():
    from importlib.metadata import version

    assert toylaws.__version__ == version("toylaws")
    done = subprocess.run(
        [sys.executable, "-m", "toylaws", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[-1] == toylaws.__version__


def test_an_unknown_name_is_an_attribute_error():
    for name in ("nothing", "Nothing"):
        with pytest.raises(AttributeError, match=name):
            getattr(toylaws, name)


def test_importing_it_loads_nothing_heavy():
    code = (
        "import sys, toylaws\n"
        "heavy = {'numba', 'scipy', 'sympy', 'numpy', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("room", ["toys", "symbolic", "sims"])
def test_a_package_of_others_that_hides_ours_is_named(room, tmp_path):
    (tmp_path / room).mkdir()
    (tmp_path / room / "__init__.py").touch()
    path = [str(tmp_path), *filter(None, sys.path)]
    code = f"import sys; sys.path[:0] = {path!r}; import toylaws"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 1
    message = done.stderr.splitlines()[-1]
    assert message.startswith(f"ImportError: toylaws needs its own package '{room}'")
    assert str(tmp_path / room) in message


def test_a_folder_that_hides_ours_is_named_even_if_it_is_empty(tmp_path):
    from toylaws import shadows

    (tmp_path / "toys").mkdir()
    path = [str(tmp_path), *filter(None, sys.path)]
    rooms = [str(shadows.Path(shadows.__file__).parent.parent)]
    code = (
        f"import sys; sys.path[:] = [p for p in {path!r} if p not in {rooms!r}]\n"
        f"sys.meta_path[:] = [f for f in sys.meta_path if 'editable' not in str(f)]\n"
        "from pathlib import Path\nimport importlib.util as u\n"
        f"spec = u.spec_from_file_location('shadows', {shadows.__file__!r})\n"
        "shadows = u.module_from_spec(spec); spec.loader.exec_module(shadows)\n"
        "print(shadows._folder_of('toys'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert done.stdout.strip() == str(tmp_path / "toys")
