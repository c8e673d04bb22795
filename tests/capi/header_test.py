"""The public headers compile alone, in every language they claim, without a warning.

Goal: an application that includes one header and nothing before it builds with its strictest flags.
Method: each header through each compiler found here, for each standard from the oldest claimed on;
the C++ wrapper also without exceptions and RTTI, with PARQUET_FLOW_EXCEPTIONS, and in two
translation units that are linked together; and the C header's layout the same in C and C++.

Usage: header_test.py INCLUDE_FOLDER
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

INCLUDE = pathlib.Path(sys.argv[1])
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow",
            "-Wundef", "-Wcast-qual", "-Werror"]
C_ONLY = ["-Wstrict-prototypes", "-Wmissing-prototypes"]
CXX_ONLY = ["-Wold-style-cast", "-Wnon-virtual-dtor", "-Woverloaded-virtual",
            "-Wzero-as-null-pointer-constant"]
C_COMPILERS = [name for name in ("gcc", "clang-19", "clang") if shutil.which(name)]
CXX_COMPILERS = [name for name in ("g++", "clang++-19", "clang++") if shutil.which(name)]
# All of them, and enums, whose size is C's.
STRUCTS = [*re.findall(r"^} (pf_\w+_t);", (INCLUDE / "parquet_flow.h").read_text(), re.M)]
WRAPPER_USER = """#include "parquet_flow.hpp"
int {name}();
int {name}() {{
  parquet_flow::Schema schema;
  schema.leaf("x", parquet_flow::types::kInt64);
  parquet_flow::SinkOptions options;
  options.onRow(schema, [](const pf_record_t&, parquet_flow::Row& row) {{ row.int64(1); }});
  auto sink = parquet_flow::LogSink::open(std::move(options));
  return sink ? 0 : 1;
}}
"""


class HeaderTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def compile(self, compiler, name, text, *flags):
        """The object made of a file `name` that holds `text`; a failure shows what was said."""
        source = self.path / name
        source.write_text(text)
        target = source.with_suffix(".o")
        done = subprocess.run([compiler, *flags, *WARNINGS, f"-I{INCLUDE}", "-c", source, "-o",
                               target], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, f"{compiler} {' '.join(flags)}\n{done.stderr}")
        return target

    def test_c_header_in_c(self):
        self.assertTrue(C_COMPILERS)
        for compiler in C_COMPILERS:
            for standard in ("c11", "c17", "gnu2x"):
                with self.subTest(compiler=compiler, standard=standard):
                    self.compile(compiler, "a.c", '#include "parquet_flow.h"\n',
                                 f"-std={standard}", *C_ONLY)

    def test_c_header_in_cpp(self):
        for compiler in CXX_COMPILERS:
            for standard in ("c++11", "c++17", "c++20"):
                with self.subTest(compiler=compiler, standard=standard):
                    self.compile(compiler, "a.cpp", '#include "parquet_flow.h"\n',
                                 f"-std={standard}", *CXX_ONLY)

    def test_wrapper(self):
        self.assertTrue(CXX_COMPILERS)
        for compiler in CXX_COMPILERS:
            for flags in ([], ["-fno-exceptions", "-fno-rtti"], ["-DPARQUET_FLOW_EXCEPTIONS"]):
                with self.subTest(compiler=compiler, flags=flags):
                    self.compile(compiler, "a.cpp", WRAPPER_USER.format(name="user"),
                                 "-std=c++20", *CXX_ONLY, *flags)

    def test_wrapper_in_two_translation_units(self):
        for compiler in CXX_COMPILERS:
            with self.subTest(compiler=compiler):
                objects = [self.compile(compiler, f"{name}.cpp", WRAPPER_USER.format(name=name),
                                        "-std=c++20") for name in ("one", "two")]
                subprocess.run(["ld", "-r", "-o", self.path / "both.o", *objects], check=True)

    def test_c_and_cpp_see_the_same_layout(self):
        sizes = "".join(f'  printf("%s %zu\\n", "{name}", sizeof({name}));\n' for name in STRUCTS)
        text = f'#include "parquet_flow.h"\n#include <stdio.h>\nint main(void) {{\n{sizes}}}\n'
        said = set()
        for compiler, name, standard in [(c, "a.c", "c11") for c in C_COMPILERS] + [
                (c, "a.cpp", "c++20") for c in CXX_COMPILERS]:
            program = self.path / "a.out"
            subprocess.run([compiler, self.compile(compiler, name, text, f"-std={standard}"),
                            "-o", program], check=True)
            said.add(subprocess.run([program], capture_output=True, text=True,
                                    check=True).stdout)
        self.assertEqual(len(said), 1, said)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
