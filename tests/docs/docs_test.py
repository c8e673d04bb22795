"""The documents show what is: samples come from files that are compiled and run, links lead
somewhere, commands exist.

Method: read every code block and link of the Markdown files. A block of C, C++, Python, CMake or
Meson has to stand, line for line, in a file of examples/ or tests/install/.
"""

import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")])
SAMPLES = {
    "c": ("examples/**/*.c", "tests/install/**/*.c"),
    "cpp": ("examples/**/*.cpp", "tests/install/**/*.cpp"),
    "python": ("examples/**/*.py",),
    "cmake": ("tests/install/**/CMakeLists.txt",),
    "meson": ("tests/install/**/meson.build",),
}
# What the lines of shell blocks may begin with; each is tried elsewhere in the tests, those of pf
# as they stand in tests/pf/samples_test.py.
SHELL = ("./dev ", "cc ", "meson setup ", "meson install ", "sudo ldconfig", "build/", "pf ")
# What ./dev installs for the library, by the name that the README has for it.
BUILD_PACKAGES = {
    "g++": "GCC 12", "meson": "Meson", "ninja-build": "Ninja", "pkgconf": "pkg-config",
    "thrift-compiler": "Thrift", "libthrift-dev": "Thrift", "libboost-dev": "Boost",
    "zlib1g-dev": "zlib", "libexpected-dev": "tl::expected",
    "libconcurrentqueue-dev": "ConcurrentQueue", "libdeflate-dev": "libdeflate",
    "libisal-dev": "ISA-L", "libxxhash-dev": "xxHash", "llvm-19": "llvm-objcopy",
    "libflatbuffers-dev": "FlatBuffers", "libsnappy-dev": "Snappy", "libzstd-dev": "Zstandard",
    "liblz4-dev": "LZ4", "libbrotli-dev": "Brotli",
}


def blocks(text):
    """(language, body) of each fenced block."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)


def sample_files(language):
    return [path for pattern in SAMPLES[language] for path in ROOT.glob(pattern)]


class DocsTest(unittest.TestCase):
    def test_readme_shows_the_quick_start_whole(self):
        shown = [body for language, body in blocks((ROOT / "README.md").read_text())
                 if language == "c"]
        self.assertEqual(shown, [(ROOT / "examples" / "quick_start.c").read_text()])

    def test_each_sample_stands_in_a_file_that_is_compiled(self):
        seen = 0
        for document in DOCUMENTS:
            for language, body in blocks(document.read_text()):
                with self.subTest(document=document.name, sample=body[:60]):
                    if language == "sh":
                        for line in body.splitlines():
                            self.assertTrue(line.startswith(SHELL), line)
                        continue
                    self.assertIn(language, SAMPLES, "an unknown language, or none")
                    texts = [path.read_text() for path in sample_files(language)]
                    self.assertTrue(any("\n" + body in "\n" + text for text in texts), body)
                    seen += 1
        self.assertGreaterEqual(seen, 3)

    def test_readme_names_what_the_library_is_built_with(self):
        dev = (ROOT / "dev").read_text()
        packages = re.search(r"# the library\n(.*?)#", dev, re.S)[1].split()
        section = (ROOT / "README.md").read_text().split("## Building it into a program")[1]
        self.assertEqual(set(packages), set(BUILD_PACKAGES))
        for package in packages:
            self.assertIn(BUILD_PACKAGES[package], section)

    def test_each_dev_command_exists(self):
        usage = subprocess.run([ROOT / "dev", "help"], capture_output=True, text=True,
                               check=True).stdout
        known = set(re.findall(r"^  (\w+)  ", usage, re.M))
        self.assertIn("demo", known)
        cases = set(re.findall(r"^  (\w+)\) ", (ROOT / "dev").read_text(), re.M))
        self.assertEqual(known | {"help"}, cases)
        for document in DOCUMENTS:
            for command in re.findall(r"\./dev (\w+)", document.read_text()):
                self.assertIn(command, known | {"help"}, document.name)

    def test_each_link_leads_to_a_file(self):
        for document in DOCUMENTS:
            for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text()):
                with self.subTest(document=document.name, target=target):
                    self.assertTrue((document.parent / target).exists())

    def test_each_document_is_reached_from_the_index(self):
        index = (ROOT / "docs" / "README.md").read_text()
        for document in ROOT.glob("docs/**/*.md"):
            name = document.relative_to(ROOT / "docs").as_posix()
            if name != "README.md":
                self.assertIn(f"({name})", index)


if __name__ == "__main__":
    unittest.main(verbosity=2)
