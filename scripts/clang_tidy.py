"""clang-tidy over the tree, once for each file and what it includes.

usage: clang_tidy.py BUILD_FOLDER CACHE_FOLDER

Looks at the sources of FOLDERS in BUILD_FOLDER/compile_commands.json, as many at a time as there
are CPUs. A file that was clean is passed over until its preprocessed text, its command, .clang-tidy
or clang-tidy itself is another: an empty file in CACHE_FOLDER, named by their hash, says so. Prints
each warning once, then what was looked at, and exits with 1 when there was a warning.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

FOLDERS = ("src", "capi", "tools", "bench", "examples")
TIDY = "clang-tidy-19"


def commands(build):
    """One compile command for each source file of FOLDERS."""
    chosen = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        path = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
        if any(path.is_relative_to(build.parent / folder) for folder in FOLDERS):
            chosen.setdefault(path, entry)
    return sorted(chosen.items())


def key_of(entry, rules):
    """The hash of all that a look at the file depends on; None where it does not preprocess."""
    words = shlex.split(entry["command"])
    # Comments stay, as NOLINT is one.
    preprocess = words[:1] + ["-E", "-C"] + words[1 : words.index("-MD")] + [entry["file"]]
    done = subprocess.run(preprocess, cwd=entry["directory"], capture_output=True, check=False)
    if done.returncode != 0:
        return None
    text = shlex.join(preprocess).encode() + done.stdout + rules
    return hashlib.sha256(text).hexdigest()


def look(path, entry, build, cache, rules):
    """(whether it was looked at now, what clang-tidy said of it)."""
    key = key_of(entry, rules)
    if key and (cache / key).exists():
        return False, ""
    done = subprocess.run([TIDY, "-quiet", "-p", str(build), str(path)], capture_output=True,
                          text=True, check=False)
    if done.returncode == 0:
        if key:
            (cache / key).touch()
        return True, ""
    return True, done.stdout or done.stderr


def main(build, cache):
    build, cache = pathlib.Path(build).resolve(), pathlib.Path(cache)
    cache.mkdir(parents=True, exist_ok=True)
    rules = (build.parent / ".clang-tidy").read_bytes()
    rules += subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    files = commands(build)
    looked_at = 0
    said = []
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        looks = [pool.submit(look, *file, build, cache, rules) for file in files]
        for done in looks:
            now, text = done.result()
            looked_at += now
            # A header's warning comes with each file that includes it.
            for warning in re.split(r"^(?=\S+:\d+:\d+: (?:error|warning): )", text, flags=re.M):
                if warning.strip() and warning not in said:
                    said.append(warning)
                    print(warning.rstrip(), flush=True)
    print(f"{len(files)} files, {looked_at} of them looked at now, {len(said)} warnings")
    return 1 if said else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
