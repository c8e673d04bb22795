"""What the interop tests have in common: writing files, reading them by every engine, counting."""

import collections
import concurrent.futures
import json
import os
import subprocess

import java_reader
import readers
import refusals


class Tally:
    """Counts checks. An engine's refusals are tried too: one that never holds is a failure, so that
    what is said of the engines stays true."""

    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.skipped = 0
        self.left_out = collections.Counter()
        self.able = collections.Counter()

    def check(self, what, action):
        """Whether it passed."""
        error = outcome(action)
        if error is None:
            self.passed += 1
        else:
            self.fail(f"{what}: {type(error).__name__}: {str(error)[:600]}")
        return error is None

    def try_engine(self, what, engine, reason, action):
        """The same by an engine: its name and version, and why it cannot, or None."""
        if reason is None:
            return self.check(f"{what} by {engine}", action)
        # fastparquet crashes at some files that it does not read, by where memory happens to be.
        if engine.startswith("fastparquet"):
            able = is_done_apart(action)
        else:
            able = outcome(action) is None
        (self.able if able else self.left_out)[f"{engine} {reason}"] += 1
        return able

    def fail(self, what):
        self.failed += 1
        print(f"FAILED {what}")

    def skip(self, what):
        self.skipped += 1
        print(f"skipped {what}")

    def finish(self):
        """Prints the sums, the last line for scripts/count_tests.py; the exit code."""
        for reason, count in sorted(self.left_out.items()):
            print(f"left out {count} files: {reason}")
        for reason in sorted(set(self.able) - set(self.left_out)):
            self.fail(f"{reason}: it read all {self.able[reason]} files")
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0


def outcome(action):
    """What it raised, or None. An engine's own exception, and Rust's panics, are its answer."""
    try:
        action()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: B036, a panic is no Exception
        return error
    return None


def is_done_apart(action):
    """Whether it ends well in a process of its own."""
    child = os.fork()
    if child == 0:
        os._exit(0 if outcome(action) is None else 1)
    return os.waitpid(child, 0)[1] == 0


def java(tally, read_files_class):
    """A list of parquet-java, or, said to be skipped, of nothing."""
    missing = java_reader.missing(read_files_class)
    if missing:
        tally.skip(f"parquet-java: {missing} (./dev deps)")
        return []
    return [java_reader.Java(read_files_class)]


def check_versions(tally, engines):
    for engine in engines:
        tally.check(f"version of {engine.engine}", lambda e=engine: refusals.check_version(e))


def check_rows(engine, file, path):
    found, expected = engine.rows(file, path)
    assert len(found) == len(expected), f"{len(found)} rows, not {len(expected)}"
    for i, (a, b) in enumerate(zip(found, expected)):
        for name in b:
            assert readers.same(a[name], b[name]), (
                f"row {i}, {name}: {a[name]!r} instead of {b[name]!r}")


def features(write_file):
    """The codecs and encodings that this build writes."""
    told = subprocess.run([write_file, "--features"], capture_output=True, text=True, check=True)
    print(f"writes {told.stdout.strip()}")
    return json.loads(told.stdout)


def write_all(tally, write_file, files, folder):
    """Writes the files by the C++ program; True where all came to be."""
    names = []
    for file in files:
        described = file.described(str(folder / f"{file.name}.parquet"))
        names.append(str(folder / f"{file.name}.json"))
        with open(names[-1], "w", encoding="utf-8") as out:
            json.dump(described, out)
    failed_before = tally.failed
    batches = [names[i : i + 50] for i in range(0, len(names), 50)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for done in pool.map(lambda batch: subprocess.run(
                [write_file, *batch], capture_output=True, text=True, check=False), batches):
            if done.returncode != 0:
                tally.fail(f"to write: {done.stderr}")
    return tally.failed == failed_before
