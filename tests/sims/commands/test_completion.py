"""What the tab key offers, and what `run TOY --help` says: both know the toy."""

import shutil
import subprocess
import sys

import pytest

from sims.cli import COMPLETE, main


@pytest.fixture
def complete(monkeypatch, capsys):
    """What a shell is offered after some words; the last may be unfinished."""

    def ask(*words, instruction="bash_complete"):
        monkeypatch.setattr(sys, "argv", ["toylaws"])
        monkeypatch.setenv(COMPLETE, instruction)
        monkeypatch.setenv("COMP_WORDS", " ".join(["toylaws", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)) if "bash" in instruction else words[-1])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        assert err == ""
        return stop.value.code, [line.partition(",")[2] or line for line in out.split()]

    return ask


@pytest.mark.parametrize(
    ("words", "some", "none"),
    [
        (["ta"], {"table"}, {"run"}),
        (["run", "bern"], {"bernoulli", "bernoulli_improvement"}, {"capacity"}),
        (["show", "capa"], {"capacity"}, {"bernoulli"}),
        (["check", "capa"], {"capacity"}, {"bernoulli"}),
        (["claims", "--toy", "capa"], {"capacity"}, {"bernoulli"}),
        (["derive", "gaussian."], {"gaussian.data"}, {"bernoulli.data"}),
        (["table", "c"], {"core"}, {"sources"}),
        (["table", ""], {"core", "sources"}, {"__pycache__"}),
        (["run", "bernoulli", "--"], {"--over", "--pseudocount", "--p"}, {"--sigma"}),
        (["run", "bernoulli", "--p", "0.1", "--sampler", "t"], {"tosses"}, {"counts"}),
        (["run", "nearest_neighbor", "--sampler", "o"], {"order_statistic"}, {"points"}),
        (["run", "bernouli", "--o"], set(), {"--over"}),  # no such toy: nothing, and no traceback
        (["tabel", "c"], set(), {"core"}),
    ],
)
def test_the_tab_key_offers_names(complete, words, some, none):
    _, offered = complete(*words)
    assert some <= set(offered)
    assert not none & set(offered)


def test_what_is_no_suite_is_a_path(complete):
    assert complete("table", "my") == (0, ["my"])  # `file,my`: the shell looks for files


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_its_script(complete, shell):
    code, words = complete("", instruction=f"{shell}_source")
    assert code == 0
    assert any("_toylaws_completion" in word for word in words)
    assert any(f"{shell}_complete" in word for word in words)


def test_an_unknown_shell_is_told_nothing(complete):
    assert complete("", instruction="csh_source") == (1, [])


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_itself_completes(tmp_path):
    command = tmp_path / "toylaws"
    command.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "from sims.cli import main; main()" "$@"\n'
    )
    command.chmod(0o755)
    script = (
        f'PATH="{tmp_path}:$PATH"; eval "$({COMPLETE}=bash_source toylaws)"\n'
        "COMP_WORDS=(toylaws run halv); COMP_CWORD=2; _toylaws_completion toylaws\n"
        'echo "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["halving_counter"], done.stderr


def test_a_shell_that_asks_loads_nothing_for_the_names_of_commands(tmp_path):
    code = (
        "import sys\nfrom sims.cli import main\nsys.argv = ['toylaws']\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert stop.code == 0\n"
        "heavy = {'numba', 'scipy', 'sympy', 'numpy', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    for words, place in (("toylaws ru", "1"), ("toylaws table co", "2"), ("toylaws fit --", "2")):
        setting = {COMPLETE: "bash_complete", "COMP_WORDS": words, "COMP_CWORD": place}
        subprocess.run([sys.executable, "-c", code], check=True, env=setting, capture_output=True)


# ---- the help of `run` after a toy ---------------------------------------------------------------


def helped(capsys, *arguments):
    with pytest.raises(SystemExit) as stop:
        main([*arguments])
    out, err = capsys.readouterr()
    return stop.value.code, " ".join(out.split()), err


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "gaussian_mean", "--help"],
        ["run", "--help", "gaussian_mean"],
        ["run", "gaussian_mean", "--seed", "3", "--d", "2", "-h"],
    ],
)
def test_help_after_a_toy_lists_its_parameters(capsys, arguments):
    code, text, _ = helped(capsys, *arguments)
    assert code == 0
    assert "Usage: toylaws run [OPTIONS] TOY" in text
    _, found, parameters = text.partition("Parameters of gaussian_mean:")
    assert found
    for part in ("--sigma ", "1 <= d <= 1000000", "[default: 1]", "size axis", "'draws'"):
        assert part in parameters


def test_help_without_a_toy_is_that_of_the_command(capsys):
    for arguments in (["run", "--help"], ["run", "--p", "-h"]):
        code, text, _ = helped(capsys, *arguments)
        assert code == 0
        assert "Parameters of" not in text


def test_help_of_an_unknown_toy_is_one_line(capsys):
    code, text, err = helped(capsys, "run", "bernouli", "--help")
    assert (code, text) == (2, "")
    assert "did you mean 'bernoulli'" in err
    assert err.count("\n") == 1
