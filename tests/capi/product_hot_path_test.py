"""Holds the recording functions of the product itself to their promise (x86-64).

Goal: pf_try_record and its kin, as they lie in a program linked with the archive and in the shared
library, have no locked instruction, no fence, no system call, and call nothing but memcpy and the
stamp of the clocks that are not the time-stamp counter. A record that is taken meets no call.
Method: as tests/ring/hot_path_test.py, whose rules are used; here the functions are found among all
others, and what they call or jump to, cold halves included, is followed.

Usage: product_hot_path_test.py OBJDUMP LINKED_FILE...
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "ring"))
import hot_path_test as ring  # noqa: E402

# Leaves, their cold halves apart.
SINK = "pf_sink_try_record"
LEAVES = ("pf_try_record", "pf_try_record_at", "pf_try_record_low", SINK)
FOLLOWED = LEAVES + ("pf_try_reserve", "pf_commit", "pf_abort")
# Where a thread without a ring goes, once: not followed. No look-up of thread-locals is a call:
# they are of the initial-exec model.
MAKES_RING = re.compile(r".*recordAfterLookup.*")
TARGET = re.compile(r"^(?:call|j\w+) +[0-9a-f]+ <([^+>]+)(?:\+0x[0-9a-f]+)?>")
# Padding that the compiler leaves for the linker to relax a look-up of thread-locals.
PREFIXES = re.compile(r"^(?:(?:data16|rex\.W|notrack|bnd) +)*")


def functions(objdump, linked):
    """{function: its lines}"""
    found = {}
    for line in ring.run(objdump, "-d", "--no-show-raw-insn", "-w", linked).splitlines():
        if line.endswith(">:") and (match := ring.FUNCTION.match(line)):
            body = found.setdefault(match[1], [])
        elif "\t" in line:
            body.append(line)
    return found


def instructions(name, lines):
    """[(instruction, where it leads to outside of the function, or None)]"""
    body = []
    for line in lines:
        text = PREFIXES.sub("", line.split("\t", 1)[1].split("#")[0].strip())
        target = TARGET.match(text)
        outside = target and target[1] != name
        body.append((text, target[1].removesuffix("@plt") if outside else None))
    return body


def check(objdump, linked):
    found = functions(objdump, linked)
    bad = []
    reached = {}
    waiting = list(FOLLOWED)
    while waiting:
        function = waiting.pop()
        if function in reached:
            continue
        assert function in found, f"{function} is not in {linked}"
        body = reached[function] = instructions(function, found[function])
        bad += [f"{function}: {fault}" for fault in ring.faults_of(body, found)]
        waiting += [target for _, target in body if target in found
                    and target not in ring.ALLOWED_CALLS and not MAKES_RING.match(target)]
    for function in LEAVES:
        bad += [f"{function}: {text}" for text, _ in reached[function] if text.startswith("call")]
    assert not bad, f"on the hot path of {linked}:\n" + "\n".join(bad)
    print(f"{linked}: {len(reached)} functions reached; pf_try_record has "
          f"{len(reached['pf_try_record'])} instructions, {SINK} {len(reached[SINK])}")


def main():
    objdump, *linked_files = sys.argv[1:]
    assert linked_files
    for linked in linked_files:
        check(objdump, linked)


if __name__ == "__main__":
    main()
