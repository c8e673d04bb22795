"""Writes a test that calls every function of the C header with nothing: NULL for each pointer, 0
for each number.

What is refused must be refused with PF_STATUS_INVALID_ARGUMENT and a sentence; what returns no
status must return. What gives something gives NULL, 0 or released then, also where the error is
what is wrong.
Functions that the header gives come into the test by themselves.

Usage: null_arguments.py HEADER OUTPUT
"""

import pathlib
import re
import sys

# The functions that record do not look, says the header.
UNCHECKED = {"pf_try_record", "pf_try_record_at", "pf_try_record_low", "pf_try_reserve",
             "pf_commit", "pf_abort", "pf_sink_try_record"}
# (parameter, declaration, what it holds before, what it has to hold then)
OUTPUTS = (
    (re.compile(r"((?:const )?(?:pf_\w+_t|void))\*\* \w+$"),
     "auto* made = reinterpret_cast<{}*>(&error);", "", "EXPECT_EQ(made, nullptr);"),
    (re.compile(r"^(struct Arrow\w+)\* \w+$"),
     "{} made{{}};", "made.release = [](auto*) {};", "EXPECT_EQ(made.release, nullptr);"),
    (re.compile(r"^(u?int(?:32|64)_t|size_t|int|float|double)\* \w+$"),
     "{} made = 7;", "", "EXPECT_EQ(made, 0);"),
)
# Functions whose Arrow structs are arguments, and stay the caller's where the call is refused.
TAKES = {"pf_writer_write_arrow", "pf_writer_write_arrow_stream", "pf_pipeline_submit_arrow",
         "pf_schema_create_from_arrow", "pf_writer_create_for_arrow",
         "pf_pipeline_create_for_arrow"}
DECLARATION = re.compile(r"PF_API\s+([^;(]*?)\b(pf_\w+)\s*\(([^;]*?)\)\s*PF_NOEXCEPT", re.S)


def test_of(result, name, parameters):
    """The test of one function."""
    types = [] if parameters.strip() == "void" else parameters.split(",")
    nothing = ["{}"] * len(types)
    lines = [f"TEST(NullArguments, {name}) {{"]
    call = f"{name}({', '.join(nothing)})"
    if result == "void":
        lines.append(f"  {call};")
    elif result == "pf_writer_handle_t*":  # one that says what is wrong with its path
        lines.append(f"  pf_writer_destroy({call});")
    elif result != "pf_status_t":
        lines.append(f"  static_cast<void>({call});")
    else:
        lines.append(f"  EXPECT_EQ({call}, PF_STATUS_INVALID_ARGUMENT);")
    if types and "pf_error_t" in types[-1] and result == "pf_status_t":
        lines += ["  pf_error_t error;", "  pf_error_init(&error, sizeof error);",
                  f"  EXPECT_EQ({name}({', '.join([*nothing[:-1], '&error'])}),"
                  " PF_STATUS_INVALID_ARGUMENT);",
                  "  EXPECT_EQ(error.status, PF_STATUS_INVALID_ARGUMENT);",
                  '  EXPECT_STRNE(error.message, "");']
        lines += output_tests(name, types, nothing)
    return "\n".join([*lines, "}"])


def output_tests(name, types, nothing):
    """What each output is after the call whose error has no size."""
    for place, kind in enumerate(types):
        for pattern, clear, before, after in OUTPUTS:
            made = pattern.search(kind.strip())
            if made is None or (name in TAKES and "Arrow" in kind):
                continue
            arguments = [*nothing[:-1], "&error"]
            arguments[place] = "&made"
            yield from (
                "  {",
                "    error.struct_size = 0;",
                f"    {clear.format(made[1])}",
                f"    {before}",
                f"    EXPECT_EQ({name}({', '.join(arguments)}), PF_STATUS_INVALID_ARGUMENT);",
                f"    {after}",
                "  }")


def main(header, output):
    text = re.sub(r"/\*.*?\*/", "", pathlib.Path(header).read_text(encoding="utf-8"), flags=re.S)
    found = [(" ".join(result.split()), name, parameters)
             for result, name, parameters in DECLARATION.findall(text)]
    assert len(found) == text.count(") PF_NOEXCEPT;") > 100, len(found)
    tests = [test_of(*each) for each in found if each[1] not in UNCHECKED]
    source = "\n\n".join(["#include <gtest/gtest.h>", '#include "parquet_flow.h"', *tests])
    pathlib.Path(output).write_text(source + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
