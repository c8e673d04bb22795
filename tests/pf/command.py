"""The command under test: its path is the first argument of the test that imports this."""

import pathlib
import subprocess
import sys

PF = pathlib.Path(sys.argv.pop(1)).resolve()


def pf(*words, **options):
    return subprocess.run([PF, *[str(word) for word in words]], capture_output=True, check=False,
                          **{"text": True, **options})


def peak_kib(*words):
    """Of the memory that a run takes, in KiB."""
    program = ("import resource, subprocess, sys\n"
               "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
               "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    done = subprocess.run([sys.executable, "-c", program, PF, *[str(word) for word in words]],
                          capture_output=True, text=True, check=True)
    return int(done.stdout)
