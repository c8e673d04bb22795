"""The tree keeps its own rules: layers of includes, shape of files, words.

Method: every rule is tried on a line that breaks it, so that a check which finds nothing shows;
then all files are checked.
"""

import os
import pathlib
import subprocess
import unittest

import rules

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOT_OURS = ("build", ".venv", ".git", "demo-output", ".cache", "__pycache__")


def files_of_the_tree():
    """Paths, relative to the root, of all text files that belong to the project."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        paths = [line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]
    else:  # an unpacked source archive
        paths = []
        for folder, folders, names in os.walk(ROOT):
            folders[:] = [name for name in folders if not name.startswith(NOT_OURS)]
            paths += [os.path.relpath(os.path.join(folder, name), ROOT) for name in names]
    return sorted(path for path in paths if rules.TEXT.search(path))


# (rule broken, path, text)
BROKEN = [
    ("up", "src/ring/x.cpp", '#include "write/file_writer.hpp"\n'),
    ("sideways", "src/encoding/x.cpp", '#include "codec/codec.hpp"\n'),
    ("sideways, not listed", "src/read/x.cpp", '#include "write/options.hpp"\n'),
    ("the C header below", "src/sink/x.cpp", '#include "parquet_flow.h"\n'),
    ("no folder named", "src/base/x.cpp", '#include "status.hpp"\n'),
    ("unknown folder", "src/base/x.cpp", '#include "util/x.hpp"\n'),
    ("indented include", "src/base/x.cpp", '#if 1\n#  include "io/file.hpp"\n#endif\n'),
    ("OS header", "src/sink/x.cpp", "#include <unistd.h>\n"),
    ("OS folder", "src/write/x.cpp", "#include <sys/stat.h>\n"),
    ("codec header", "src/write/x.cpp", "#include <zlib.h>\n"),
    ("codec header in a header", "src/codec/x.hpp", "#pragma once\n#include <libdeflate.h>\n"),
    ("Thrift", "src/write/x.cpp", "#include <thrift/TBase.h>\n"),
    ("Thrift beside its adapter", "src/format/x.cpp", "#include <thrift/TBase.h>\n"),
    ("intrinsics", "src/encoding/plain.cpp", "#include <immintrin.h>\n"),
    ("heavy header", "src/base/x.hpp", "#pragma once\n#include <iostream>\n"),
    ("long file", "src/base/x.cpp", "\n" * 801),
    ("long line", "src/base/x.cpp", "x" * 101 + "\n"),
    ("tab", "src/base/x.cpp", "\tint x;\n"),
    ("space at the end", "src/base/x.cpp", "int x; \n"),
    ("no last newline", "src/base/x.cpp", "int x;"),
    ("unfinished", "src/base/x.cpp", "// TO" "DO: more\n"),
    ("machine path", "README.md", "see /wo" "rk/main\n"),
    ("praise", "docs/x.md", "a bla" "zing fast sink\n"),
    ("who wrote it", "tests/base/x.cpp", "// @au" "thor somebody\n"),
    ("a ticket", "docs/x.md", "asked for in iss" "ue #12\n"),
    ("carriage return", "src/base/x.cpp", "int x;\r\n"),
    ("no pragma", "src/base/x.hpp", "int f();\n"),
    ("throw", "src/base/x.cpp", "void f() { throw 1; }\n"),
    ("using namespace std", "capi/x.cpp", "using namespace std;\n"),
]

# Lines that look alike and are fine.
FINE = [
    ("src/write/x.cpp", '#include "io/file.hpp"\n#include "write/x.hpp"\n#include <cstring>\n'),
    ("src/write/x.cpp", '// #include "sink/sink.hpp"\n/* throw */ const char* s = "throw";\n'),
    ("src/encoding/unpack_avx2.cpp", "#include <immintrin.h>\n"),
    ("src/codec/gzip.cpp", "#include <libdeflate.h>\n#include <zlib.h>\n"),
    ("src/io/posix.cpp", "#include <sys/stat.h>\n#include <unistd.h>\n"),
    ("tools/load/x.cpp", '#include "contact/generator.hpp"\n#include <unistd.h>\n'),
    ("capi/x.cpp", '#include "boundary.hpp"\n#include "parquet_flow.h"\n'),
]


class RulesTest(unittest.TestCase):
    def test_each_rule_finds_the_line_that_breaks_it(self):
        for name, path, text in BROKEN:
            with self.subTest(name):
                found = list(rules.check(path, text))
                self.assertEqual(len(found), 1, found)

    def test_lines_that_look_alike_are_fine(self):
        for path, text in FINE:
            with self.subTest(text):
                self.assertEqual(list(rules.check(path, text)), [])


class TreeTest(unittest.TestCase):
    def test_table_of_includes_names_every_folder(self):
        folders = {f"src/{entry.name}" for entry in (ROOT / "src").iterdir() if entry.is_dir()}
        self.assertEqual(folders | {"capi"}, set(rules.ALLOWED))

    def test_table_of_includes_has_no_circle(self):
        depth = {}

        def measure(folder, path):
            self.assertNotIn(folder, path)
            if folder not in depth:
                below = rules.ALLOWED[f"src/{folder}"]
                depth[folder] = 1 + max((measure(x, path | {folder}) for x in below), default=0)
            return depth[folder]

        for folder in rules.SOURCE_FOLDERS:
            measure(folder, frozenset())

    def test_all_files_keep_the_rules(self):
        paths = files_of_the_tree()
        self.assertGreater(len(paths), 50)
        found = []
        for path in paths:
            text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
            found += rules.check(path, text)
        self.assertEqual(found, [], "\n" + "\n".join(found))


if __name__ == "__main__":
    unittest.main(verbosity=2)
