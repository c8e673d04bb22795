"""Builds the unit tests in a cross build folder and runs them under the folder's emulator.

usage: run_unit_tests.py BUILD_FOLDER

What emulation cannot show stands in a table with the reason, and is run all the same: a case that
passes, or that is no more, fails this run, so that the table stays true.
"""

import json
import os
import pathlib
import subprocess
import sys

# The library's own code. Whole programs, other readers and installing are tested on the machine.
SUITES = {"base", "io", "ring", "format", "schema", "column", "encoding", "codec", "stats",
          "write", "read", "scan", "merge", "pipeline", "contact", "sink", "capi"}

# Its memory model is simulated, and so the same on every machine.
NOT_RUN = ("ring_relacy",)

# (test, case): why QEMU's user mode, 7.2, cannot pass it
BEYOND_EMULATION = {
    ("ring_mapping", "Mapping.noPageFaultIsLeftForAProducer"):
        "the page faults counted are the emulator's",
    ("ring_mapping", "Mapping.aForkedChildDoesNotHaveIt"): "MADV_DONTFORK is ignored",
    ("ring_close", "Fork.withoutTheHandlerTheChildWouldFault"): "MADV_DONTFORK is ignored",
}


def names_of_tests(build):
    listed = subprocess.run(["meson", "introspect", "--tests", build], capture_output=True,
                            text=True, check=True)
    return [test["name"] for test in json.loads(listed.stdout)
            if test["name"] not in NOT_RUN
            and SUITES & {suite.rpartition(":")[2] for suite in test["suite"]}
            and any(pathlib.Path(word).is_relative_to(build / "tests") for word in test["cmd"])]


def passes(build, cases, arguments, output=None):
    """Whether `meson test` passes, of GoogleTest's cases with those of the filter alone."""
    command = ["meson", "test", "-C", build, "--timeout-multiplier", "8", *arguments]
    return subprocess.run(command, env=dict(os.environ, GTEST_FILTER=cases), stdout=output,
                          check=False).returncode == 0


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    names = names_of_tests(build)
    if not names:
        sys.exit(f"no tests in {build}")
    beyond = [case for _, case in BEYOND_EMULATION]
    failed = not passes(build, "-" + ":".join(beyond), ["--print-errorlogs", *names])
    for (test, case), reason in BEYOND_EMULATION.items():
        if passes(build, case, ["--logbase", "beyond_emulation", test], subprocess.DEVNULL):
            print(f"{case} passes, or is no more: it has no place in the table of {__file__}")
            failed = True
        else:
            print(f"left out {case}: {reason}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
