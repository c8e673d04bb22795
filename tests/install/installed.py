"""What the install tests share: an installed prefix, compilers, and looks into object files."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

SOURCE = pathlib.Path(os.environ["PF_SOURCE_ROOT"])
BUILD = pathlib.Path(os.environ["PF_BUILD_ROOT"])
HERE = SOURCE / "tests" / "install"
CC = os.environ["PF_CC"].split()
CXX = os.environ["PF_CXX"].split()
THRIFT_ARCHIVE = os.environ["PF_THRIFT_ARCHIVE"]
FEATURES = os.environ["PF_FEATURES"].split()  # optional libraries: isal, snappy, ...


def run(*command, **keywords):
    """Standard output of a command that must succeed."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **keywords
    )
    if done.returncode != 0:
        raise AssertionError(
            f"{' '.join(str(part) for part in command)}\nended with {done.returncode}\n"
            f"{done.stdout}{done.stderr}"
        )
    return done.stdout


class Prefix:
    """The library installed into a temporary folder, which goes with the object."""

    def __init__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pf-install-"))
        run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--tags",
            "devel,runtime,man", "--destdir", self.root / "staged")
        found = list((self.root / "staged").glob("**/libparquet_flow.a"))
        assert len(found) == 1, found
        self.lib = found[0].parent
        self.archive = found[0]
        self.shared = self.lib / "libparquet_flow.so"
        self.include = next((self.root / "staged").glob("**/parquet_flow.h")).parent
        self.prefix = self.include.parent
        self.scratch = self.root / "scratch"
        self.scratch.mkdir()

    def remove(self):
        shutil.rmtree(self.root)

    def flags(self, package, *options):
        """pkg-config's answer, for the staged copy of the prefix."""
        environment = dict(os.environ, PKG_CONFIG_PATH=str(self.lib / "pkgconfig"))
        return run("pkg-config", f"--define-variable=prefix={self.prefix}", *options, "--cflags",
                   "--libs", package, env=environment).split()

    def environment(self):
        return dict(os.environ, LD_LIBRARY_PATH=str(self.lib))


def needed(path):
    """The libraries that the loader is told to load for a program or shared library."""
    return set(re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-dW", path)))


def global_definitions(path, *options):
    """Names that a file defines for others, as nm shows them."""
    lines = run("nm", "-g", "--defined-only", "-P", *options, path).splitlines()
    return {line.split()[0] for line in lines if len(line.split()) >= 3}


def declared_functions(header):
    """The functions that the C header declares."""
    text = re.sub(r"/\*.*?\*/", "", header.read_text(encoding="utf-8"), flags=re.S)
    return set(re.findall(r"^PF_API[^;(]*?\b(pf_\w+)\s*\(", text, re.M))
