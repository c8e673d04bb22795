"""Sums what test programs counted themselves.

usage: count_tests.py TESTLOG_JSON...

Reads Meson's test logs (one JSON object a line and test). A program that counts its cases, as
GoogleTest, pytest, unittest and 'N passed, N failed' do, gives as many; any other is one case.
Names what failed and what was skipped, then prints the sum as the last line, alone:

    N passed, N failed, N skipped

Exits with 1 when anything failed or nothing passed.
"""

import json
import re
import sys

# Of Meson's results; the others are FAIL, TIMEOUT, ERROR, INTERRUPT, UNEXPECTEDPASS.
PASSED = ("OK", "EXPECTEDFAIL")
SKIPPED = ("SKIP",)


def sum_of(pattern, text):
    return sum(int(number) for number in re.findall(pattern, text, re.MULTILINE))


def counted_cases(output):
    """(passed, failed, skipped) as the program printed them, None where it printed none."""
    if re.search(r"^\[==========\] \d+ tests? from \d+ test (suites?|cases?) ran", output, re.M):
        return (
            sum_of(r"^\[  PASSED  \] (\d+) tests?\.", output),
            sum_of(r"^\[  FAILED  \] (\d+) tests?, listed below", output),
            sum_of(r"^\[  SKIPPED \] (\d+) tests?, listed below", output),
        )
    unittest = re.findall(r"^Ran (\d+) tests? in [0-9.]+s\n\n(?:OK|FAILED)(.*)$", output, re.M)
    if unittest:
        ran = sum(int(count) for count, _ in unittest)
        notes = " ".join(note for _, note in unittest)
        failed = sum_of(r"(?:failures|errors)=(\d+)", notes)
        skipped = sum_of(r"skipped=(\d+)", notes)
        return max(ran - failed - skipped, 0), failed, skipped
    summaries = re.findall(
        r"^(?:=+ )?((?:\d+ \w+(?:, )?)*\d+ (?:passed|failed)\b.*)$", output, re.M
    )
    if summaries:
        last = summaries[-1]
        return (
            sum_of(r"(\d+) passed", last),
            sum_of(r"(\d+) (?:failed|errors?)", last),
            sum_of(r"(\d+) skipped", last),
        )
    return None


def skip_reasons(output):
    """The lines that say what was skipped: GoogleTest's reasons, pytest's, or the last line."""
    gtest = re.findall(
        r"^\S+: Skipped\n(.*)\n(?:(?!\[ RUN).*\n)*?\[  SKIPPED \] (\S+) \(", output, re.M
    )
    if gtest:
        return [f"{name}: {reason}" for reason, name in gtest]
    lines = [line for line in output.splitlines() if "skip" in line.lower()]
    return lines or output.strip().splitlines()[-1:]


def main(paths):
    passed = failed = skipped = 0
    for path in paths:
        with open(path, encoding="utf-8") as log:
            for line in log:
                test = json.loads(line)
                result = test["result"]
                output = test.get("stdout", "") + "\n" + test.get("stderr", "")
                counts = counted_cases(output)
                if counts is None:
                    counts = (int(result in PASSED), 0, int(result in SKIPPED))
                ok, bad, skips = counts
                if result not in PASSED + SKIPPED and bad == 0:
                    bad = 1  # a crash or a time-out after cases that passed
                if bad:
                    print(f"failed: {test['name']} ({result})")
                if skips:
                    for reason in skip_reasons(output):
                        print(f"skipped: {test['name']}: {reason.strip()}")
                passed, failed, skipped = passed + ok, failed + bad, skipped + skips
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
