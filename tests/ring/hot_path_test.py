"""Holds the hot path to its promise by taking its machine code apart (x86-64).

Goal: what a hot thread runs has no locked instruction, no fence, no system call, and calls nothing
but memcpy and the stamp of the clocks that are not the time-stamp counter.
Method: objdump lists every instruction and every call or jump that leaves the object. The object
holds nothing but the hot path, so all of its functions are looked at, the slow halves included.
`hotTryRecord` must besides be a leaf: no call at all on the way of a record that is taken.

Usage: hot_path_test.py OBJDUMP ARCHIVE [--broken]
With --broken the archive is hot_path_broken.cpp and each of its functions must be found at fault;
so a change that blinds this test fails it.
"""

import re
import subprocess
import sys

# memcpy: records above kInlineCopyBytesMax. stampOf: CLOCK_REALTIME through the vDSO, or nothing.
ALLOWED_CALLS = {"memcpy", "_ZN12parquet_flow7stampOfENS_8TimeBaseE"}
FORBIDDEN = re.compile(
    r"(lock|[lms]fence|syscall|sysenter|int|int3|cpuid|rdtscp|rdrand|rdseed|pause|xbegin|xadd\w*|"
    r"cmpxchg\w*|serialize|clflush\w*|wbinvd|hlt|in|out)\b")
BROKEN = {
    "brokenLocked": "lock",
    "brokenExchange": "xchg",
    "brokenFence": "mfence",
    "brokenSystemCall": "syscall",
    "brokenAllocation": "malloc",
    "brokenIndirectCall": "indirect",
    "brokenTailCall": "getpid",
}
FUNCTION = re.compile(r"^[0-9a-f]+ <(.+)>:$")
INSTRUCTION = re.compile(r"^\s*[0-9a-f]+:$")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def defined_symbols(objdump, archive):
    """Names that the object itself defines, sections included."""
    names = set()
    for line in run(objdump, "-t", archive).splitlines():
        parts = line.split()
        if len(parts) >= 4 and "*UND*" not in parts and re.fullmatch(r"[0-9a-f]{16}", parts[0]):
            names.add(parts[-1])
    return names


def functions(objdump, archive):
    """{function: [(instruction, name of the symbol its relocation is against or None)]}"""
    found = {}
    body = None
    # -w puts a relocation on its instruction's line, separated by tabs.
    for line in run(objdump, "-dr", "--no-show-raw-insn", "-w", archive).splitlines():
        fields = line.split("\t")
        if match := FUNCTION.match(line):
            body = found.setdefault(match[1], [])
        elif INSTRUCTION.match(fields[0]) and len(fields) > 1:
            has_relocation = len(fields) > 3 and ": R_X86_64_" in fields[2]
            name = re.sub(r"[-+]0x[0-9a-f]+$", "", fields[3]) if has_relocation else None
            body.append((fields[1].strip(), name))
    return found


def faults_of(body, defined):
    for text, relocation in body:
        mnemonic = text.split()[0]
        operands = text[len(mnemonic):].strip()
        if FORBIDDEN.match(text):
            yield text
        elif mnemonic.startswith("xchg") and "(" in operands:
            yield f"{text} (a locked exchange)"
        elif re.match(r"(notrack )?(call|jmp)", text) and "*" in operands:
            yield f"{text} (an indirect call or jump)"
        elif re.match(r"call|j", mnemonic) and relocation is not None:
            if relocation not in defined and relocation not in ALLOWED_CALLS:
                yield f"{text} (leaves for {relocation})"


def main():
    objdump, archive = sys.argv[1:3]
    expects_faults = "--broken" in sys.argv[3:]
    defined = defined_symbols(objdump, archive)
    found = functions(objdump, archive)
    assert found, "objdump showed no function"
    faults = {name: list(faults_of(body, defined)) for name, body in found.items()}
    if expects_faults:
        for name, word in BROKEN.items():
            assert any(word in fault for fault in faults[name]), f"{name}: not found: {word}"
        print(f"all {len(BROKEN)} faults found")
        return
    for name in ("hotTryRecord", "hotTryRecordAt", "hotTryRecordLow"):
        faults[name] += [text for text, _ in found[name] if text.startswith("call")]
    bad = [f"{name}: {fault}" for name, list_ in faults.items() for fault in list_]
    assert not bad, "on the hot path:\n" + "\n".join(bad)
    instructions = sum(len(body) for body in found.values())
    print(f"{len(found)} functions, {instructions} instructions, hotTryRecord is a leaf of "
          f"{len(found['hotTryRecord'])}")


if __name__ == "__main__":
    main()
