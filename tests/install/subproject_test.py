"""The library as a Meson subproject of a C project.

The project is set up, and what it would build is asked for; with --whole the library is compiled
with it, and what it captures is there. Optional codecs are off and nothing is optimised then, so
that it takes less time.

Usage: subproject_test.py [--whole]
"""

import os
import pathlib
import shutil
import sys
import tempfile
import unittest

from installed import CC, CXX, HERE, SOURCE, run


IS_WHOLE = "--whole" in sys.argv[1:]


class SubprojectTest(unittest.TestCase):
    def test_a_c_project_has_it(self):
        with tempfile.TemporaryDirectory(prefix="pf-subproject-") as folder:
            parent = pathlib.Path(folder)
            shutil.copy(HERE / "meson_parent" / "meson.build", parent)
            shutil.copy(HERE / "consumer.c", parent)
            (parent / "subprojects").mkdir()
            (parent / "subprojects" / "parquet_flow").symlink_to(SOURCE)
            environment = dict(os.environ, CC=" ".join(CC), CXX=" ".join(CXX))
            optional = ("isal", "libdeflate", "snappy", "zstd", "lz4", "brotli")
            run("meson", "setup", parent / "build", parent, "--buildtype=plain",
                "--wrap-mode=forcefallback",
                *(f"-Dparquet_flow:{name}=disabled" for name in optional), env=environment)
            would = run("ninja", "-C", parent / "build", "-n", "consumer")
            self.assertRegex(would, r"\[\d+/\d+\] Linking target consumer\n")
            self.assertIn("libparquet_flow.a", would)
            # The header is where the dependency says.
            run("ninja", "-C", parent / "build", "consumer.p/consumer.c.o")
            if not IS_WHOLE:
                return
            run("ninja", "-C", parent / "build", "consumer")
            output = run(parent / "build" / "consumer", parent / "captured.parquet")
            self.assertIn("captured 1000", output.splitlines())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
