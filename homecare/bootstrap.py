"""What `make` runs: first the environment, then the demo, the tests or the checks.

Only the standard library is used, since nothing is installed yet when this starts. It is run as
a script, never imported by the application.
"""

import ctypes
import fcntl
import hashlib
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
UNFINISHED = VENV / ".unfinished"
INSTALLED = VENV / ".installed"
LOG = ROOT / "var" / "install.log"
RUN, DEV = "requirements.lock", "requirements-dev.lock"

# What the application reads from the environment. The demo answers for all of it itself.
SETTINGS = (
    *("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS", "MAIL_URL", "MAIL_FROM"),
    *("BASE_URL", "ALLOWED_HOSTS", "BEHIND_PROXY", "DATA_DIR", "DJANGO_SETTINGS_MODULE"),
)
NO_INDEX = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError"
    r"|Connection refused|Max retries exceeded|No matching distribution found"
)


def stop(sentence: str) -> NoReturn:
    sys.exit(f"\n{sentence}")


# --- the environment -----------------------------------------------------------------------------


def environment(*locks: str) -> None:
    """Make `.venv` hold what the last of `locks` names; it names all that the others do.

    Done again in no time when nothing changed.
    """
    with _alone():
        wanted = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in locks}
        if not _is_usable():
            _make_venv()
        elif set(wanted.values()) <= set(_read(INSTALLED).split()):
            return
        _install(wanted)


@contextmanager
def _alone() -> Iterator[None]:
    """Two `make` at once do not build the same environment: the second waits for the first."""
    LOG.parent.mkdir(exist_ok=True)
    with LOG.with_name("environment.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _is_usable() -> bool:
    question = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    if UNFINISHED.exists() or not Path(PYTHON).exists():
        return False
    return subprocess.run([PYTHON, "-c", question], capture_output=True).returncode == 0


def _make_venv() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"Making .venv with Python {version}.", flush=True)
    VENV.mkdir()
    UNFINISHED.touch()
    made = subprocess.run(
        [sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        stop(
            f"Python {version} cannot make a virtual environment: its venv or ensurepip module is "
            "missing. Install them (on Debian and Ubuntu: apt-get install python3-venv)."
        )


def _install(wanted: dict[str, str]) -> None:
    is_new = UNFINISHED.exists()
    UNFINISHED.touch()
    INSTALLED.unlink(missing_ok=True)
    name = list(wanted)[-1]
    print(f"Installing what {name} names (a minute or so the first time).", flush=True)
    command = [PYTHON, "-m", "pip", "install", "--require-hashes", "--no-input"]
    command += ["--disable-pip-version-check", "--retries", "2", "--progress-bar", "off"]
    command += ["-r", name]
    try:
        with LOG.open("w") as log:
            failed = subprocess.run(
                command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
            ).returncode
    except BaseException:
        # Interrupted: what pip had done so far is not to be trusted.
        shutil.rmtree(VENV, ignore_errors=True)
        raise
    if failed:
        if is_new:
            shutil.rmtree(VENV, ignore_errors=True)
        stop(_why_pip_failed(LOG.read_text(errors="replace"), name))
    INSTALLED.write_text("\n".join(wanted.values()) + "\n")
    UNFINISHED.unlink()


def _why_pip_failed(output: str, name: str) -> str:
    log = LOG.relative_to(ROOT)
    if "DO NOT MATCH THE HASHES" in output:
        why = f"a downloaded package does not have the hash that {name} promises"
    elif NO_INDEX.search(output):
        why = (
            "no package index could be reached, or it lacks a package. Check the network, or name "
            "your own index in PIP_INDEX_URL"
        )
    else:
        errors = [line for line in output.splitlines() if line.startswith("ERROR")]
        why = errors[-1].removeprefix("ERROR: ").rstrip(".") if errors else "pip gave up"
    return f"The dependencies were not installed: {why}. All that pip said is in {log}."


def texts() -> None:
    """Compile the English texts where they have changed."""
    folder = ROOT / "homecare" / "locale"
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        pybabel = [PYTHON, "-m", "babel.messages.frontend", "compile", "-D", source.stem]
        done = subprocess.run([*pybabel, "-d", folder], cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            stop(f"The texts of {source.relative_to(ROOT)} cannot be compiled: {done.stderr}")


# --- the targets ---------------------------------------------------------------------------------


def demo() -> None:
    """Serve the demo with the pilot on 127.0.0.1 (PORT=8000), all it keeps in var/demo"""
    port = os.environ.get("PORT") or "8000"
    _refuse_bad_port(port)
    environment(RUN)
    texts()
    own = {name: value for name, value in os.environ.items() if not _is_setting(name)}
    own |= {
        "DATA_DIR": str(ROOT / "var" / "demo"),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "CONTACT": "Medgivandegruppen, 08-000 00 00, medgivande@demo.example",
    }
    _end_with_make()
    _become([PYTHON, "manage.py", "serve_demo"], own)


def _end_with_make() -> None:
    """Have Linux end the demo when `make` is gone, and Ctrl-C wait until the demo can take it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def _is_setting(name: str) -> bool:
    return name.removesuffix("_FILE") in SETTINGS


def _refuse_bad_port(port: str) -> None:
    if not port.isdecimal() or not 1 <= int(port) <= 65535:
        stop("PORT must be a number from 1 to 65535, for example: make demo PORT=8123")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except PermissionError:
            stop(f"You may not open port {port}. Choose one above 1023: make demo PORT=8123")
        except OSError:
            stop(f"Port {port} on 127.0.0.1 is in use. Choose another: make demo PORT=8123")


def demo_reset() -> None:
    """Throw away what the demo has kept, so that the next start loads the pilot anew"""
    folder = ROOT / "var" / "demo"
    if _is_running(folder):
        stop("The demo is running. Stop it first (Ctrl-C where it runs).")
    shutil.rmtree(folder, ignore_errors=True)


def _is_running(folder: Path) -> bool:
    if not (folder / "running").exists():
        return False
    with (folder / "running").open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def prepare() -> None:
    """Make .venv with all that the demo, the tests and the checks need"""
    environment(RUN, DEV)
    texts()


def test() -> None:
    """Run the whole suite in random order; make test ARGS="-k key" runs part of it"""
    prepare()
    # Two at a time, and each test that is skipped by its name.
    suite = [PYTHON, "-m", "pytest", "-n", "2", "-rs", "--no-fold-skipped"]
    _become([*suite, *shlex.split(os.environ.get("ARGS", ""))])


def check() -> None:
    """Look at style, types, import contracts and migrations"""
    environment(RUN, DEV)
    templates = _templates()
    os.environ["DJANGO_SETTINGS_MODULE"] = "homecare.settings.test"
    _run_all(
        {
            "ruff check": [PYTHON, "-m", "ruff", "check", "--output-format", "concise"],
            "ruff format": [PYTHON, "-m", "ruff", "format", "--check"],
            "djhtml": [PYTHON, "-m", "djhtml", "--check", *templates],
            "djlint": [PYTHON, "-m", "djlint", "--lint", "--quiet", "templates"],
            "mypy": [PYTHON, "-m", "mypy", "homecare", "locks", "consent", "properties"],
            "import contracts": [str(VENV / "bin" / "lint-imports")],
            "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
        }
    )


def _templates() -> list[str]:
    return sorted(map(str, (ROOT / "templates").rglob("*.html")))


def _run_all(commands: dict[str, list[str]]) -> None:
    failed = []
    for name, command in commands.items():
        began = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
        verdict = "FAILED" if done.returncode else "ok"
        print(f"{name:<18}{verdict:<8}{time.monotonic() - began:5.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    if failed:
        stop(f"To mend: {', '.join(failed)}.")


def fix() -> None:
    """Mend what style checks can mend by themselves"""
    environment(RUN, DEV)
    for arguments in (
        ["-m", "ruff", "check", "--fix", "--quiet"],
        ["-m", "ruff", "format", "--quiet"],
        ["-m", "djhtml", *_templates()],
    ):
        subprocess.run([PYTHON, *arguments], cwd=ROOT)


def lock() -> None:
    """Renew the lock files after a change in pyproject.toml; ARGS=--upgrade renews all in them"""
    environment(RUN, DEV)
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
    options += ["--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--quiet"]
    options += shlex.split(os.environ.get("ARGS", ""))
    uv = [PYTHON, "-m", "uv", "pip", "compile", "pyproject.toml", *options]
    for command in ([*uv, "-o", RUN], [*uv, "--extra", "dev", "-c", RUN, "-o", DEV]):
        if subprocess.run(command, cwd=ROOT).returncode:
            stop("The lock files were not renewed: see what uv says above.")
    if named := [name for name in (RUN, DEV) if "://" in (ROOT / name).read_text()]:
        stop(f"{' and '.join(named)} names an address; a lock file must not.")
    print(f"Renewed {RUN} and {DEV}.")


def clean() -> None:
    """Remove the environment, all files of the demo and the tests, and what tools leave behind"""
    if _is_running(ROOT / "var" / "demo"):
        stop("The demo is running. Stop it first (Ctrl-C where it runs).")
    left = [".venv", "var", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache"]
    for name in left:
        shutil.rmtree(ROOT / name, ignore_errors=True)


def help_() -> None:
    """List these targets"""
    print("make TARGET, where TARGET is one of:\n")
    for name, target in TARGETS.items():
        print(f"  {name:<12}{target.__doc__}.")


TARGETS = {
    "demo": demo,
    "demo-reset": demo_reset,
    "test": test,
    "environment": prepare,
    "check": check,
    "fix": fix,
    "lock": lock,
    "clean": clean,
    "help": help_,
}


def _become(command: list[str], environ: dict[str, str] | None = None) -> NoReturn:
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(command[0], command, environ or dict(os.environ))


def _terminated(_signal: int, _frame: object) -> NoReturn:
    sys.exit(143)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _terminated)
    try:
        TARGETS[sys.argv[1] if len(sys.argv) > 1 else "help"]()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        stop(f"{error.strerror}: {error.filename}")
