"""The rules that the tree is held to, and the functions that check one file against them.

Every check takes a path relative to the root and the file's text, and yields (line, sentence).
"""

import re

# What a folder's files may include beside their own folder: the layers of the architecture. Nothing
# goes up, and sideways only where it stands here.
ALLOWED = {
    "src/base": set(),
    "src/io": {"base"},
    "src/ring": {"base"},
    "src/format": {"base"},
    "src/schema": {"base", "format"},
    "src/column": {"base", "schema"},
    "src/encoding": {"base"},
    "src/codec": {"base"},
    "src/stats": {"base", "schema"},
    "src/write": {"base", "io", "format", "schema", "column", "encoding", "codec", "stats"},
    "src/read": {"base", "io", "format", "schema", "column", "encoding", "codec", "stats"},
    "src/scan": {"base", "io", "format", "schema", "column", "encoding", "codec", "stats", "read"},
    "src/contact": {"base", "schema", "column"},
    "src/pipeline": {"base", "io", "schema", "column", "codec", "stats", "write"},
    "src/merge": {"base", "io", "format", "schema", "column", "codec", "stats", "write", "read",
                  "pipeline"},
    "src/sink": {"base", "io", "ring", "format", "schema", "column", "codec", "stats",
                 "write", "pipeline"},
    "capi": {"base", "io", "ring", "schema", "column", "encoding", "codec", "stats",
             "write", "read", "scan", "pipeline", "sink"},
}
# Programs over the library: their own folders, and everything below.
PROGRAMS = ("tools", "bench", "examples")
SOURCE_FOLDERS = {name.removeprefix("src/") for name in ALLOWED if name.startswith("src/")}

OS_HEADERS = re.compile(
    r"(sys|linux|asm|netinet|arpa|net)/|(unistd|fcntl|pthread|sched|dirent|poll|signal|time|dlfcn|"
    r"spawn|termios|syslog|pwd|grp|mntent|ucontext|elf|link|malloc)\.h$"
)
INTRINSICS = re.compile(r"(\w*intrin|arm_neon|arm_sve|cpuid)\.h$")
ISA_SUFFIX = re.compile(
    r"_(sse2|ssse3|sse41|sse42|avx2|bmi2|avx512|pclmul|vpclmul|neon|sve)\.[ch]pp$"
)

# (headers, files that may include them, what they are). The first that matches decides.
RESTRICTED = (
    (INTRINSICS,
     re.compile(rf".*{ISA_SUFFIX.pattern}|src/base/clock\.\w+$|src/ring/|(tools|bench|examples)/"),
     "intrinsics belong in files with an ISA suffix, base/clock and ring/"),
    # Clock, threads, fork, huge pages, the kernel's random numbers: what every layer needs of the
    # system.
    (OS_HEADERS,
     re.compile(r"src/(io|ring)/|src/base/(clock\.\w+|(huge_pages|process|thread|uuid)\.cpp)$|"
                r"(tools|bench|examples)/"),
     "headers of the operating system belong in io/, ring/ and base/clock"),
    (re.compile(r"(zlib|zconf|libdeflate|zstd\w*|snappy(-c)?|lz4\w*)\.h$|(isa-l|brotli)/"),
     re.compile(r"src/codec/\w+\.cpp$|src/base/crc32\.cpp$|bench/\w+\.cpp$"),
     "headers of codecs belong in codec/*.cpp and base/crc32.cpp"),
    (re.compile(r"xxhash\.h$"),
     re.compile(r"src/stats/bloom_filter\w*\.cpp$|src/encoding/dictionary\w*\.[ch]pp$|"
                r"src/scan/key_table\.cpp$"),
     "xxHash is for bloom filters, dictionaries and keys"),
    (re.compile(r"thrift/"), re.compile(r"src/format/compact\.cpp$"),
     "Thrift's headers belong in the adapter in format/"),
    (re.compile(r"flatbuffers/"), re.compile(r"capi/arrow_message\.cpp$"),
     "FlatBuffers' headers belong where Arrow's message is made"),
    (re.compile(r"boost/"), re.compile(r"(?!)"), "Boost is not used"),
    (re.compile(r"tl/"), re.compile(r"src/base/status\.hpp$"),
     "tl::expected is reached through base/status.hpp"),
    (re.compile(r"concurrentqueue/"), re.compile(r"src/(pipeline|sink)/|bench/"),
     "moodycamel's queue is where threads meet: pipeline/ and sink/"),
)
HEAVY = re.compile(r"(iostream|regex|filesystem|fstream)$")

LINES_MAX = 800
COLUMNS_MAX = 100
# One file each by contract: all that an embedding application needs.
LONG_BY_CONTRACT = {"include/parquet_flow.h", "include/parquet_flow.hpp"}

CODE = re.compile(
    r"\.(c|cpp|h|hpp|py|sh|thrift)$|(^|/)(meson\.build|meson_options\.txt|dev|run)$"
)
CPP = re.compile(r"\.(c|cpp|h|hpp)$")
TEXT = re.compile(
    CODE.pattern + r"|\.(md|txt|cmake|in|yml|toml)$|(^|/)(LICENSE|\.clang-\w+|\.gitignore)$"
)

# Spelled apart, so that this file passes its own test.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.$}-])/(wo" r"rk|ro" r"ot|ho" r"me)/\w")
EMPTY_WORDS = re.compile(
    r"\b(bla" r"zing|production-re" r"ady|enterprise-gr" r"ade|world-cl" r"ass)", re.I
)
AUTHORSHIP = re.compile(r"@au" r"thor|\bCopyright \(c\)|\bissue #?\d", re.I)


def strip_comments(text):
    """C++ without comments, strings kept; line numbers stay."""
    def blank(match):
        found = match.group(0)
        return found if found[0] in "\"'" else re.sub(r"[^\n]", " ", found)

    return re.sub(
        r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|(?<!\d)'(?:\\.|[^'\\\n])*'",
        blank, text, flags=re.S)


def folder_of(path):
    """'src/ring', 'capi', 'tools', ... of a path; None for others."""
    parts = path.split("/")
    if parts[0] == "src" and len(parts) > 2:
        return "/".join(parts[:2])
    return parts[0] if len(parts) > 1 else None


def check_quoted(path, folder, name):
    """Our own headers: the layer table. A sentence, or None."""
    own = folder.removeprefix("src/")
    if name in ("parquet_flow.h", "parquet_flow.hpp"):
        return "src/ knows nothing of the C header" if folder.startswith("src/") else None
    target = name.split("/")[0] if "/" in name else None
    if folder in PROGRAMS:
        return None
    if target is None:
        return None if folder == "capi" else f'write "{own}/{name}": src/ is the include root'
    if target == own:
        return None
    if target not in SOURCE_FOLDERS:
        generated = folder == "src/format" and target == "parquet_flow"
        return None if generated else f"no folder of src/ is called {target}"
    if target not in ALLOWED[folder]:
        return f"{folder} may include {sorted(ALLOWED[folder])} but not {target}"
    return None


def check_includes(path, text):
    folder = folder_of(path)
    if not CPP.search(path) or (folder not in ALLOWED and folder not in PROGRAMS):
        return
    pattern = re.compile(r"^[ \t]*#[ \t]*include[ \t]*([<\"])([^>\"]+)[>\"]", re.M)
    for match in pattern.finditer(strip_comments(text)):
        line = text.count("\n", 0, match.start()) + 1
        quote, name = match.groups()
        if quote == '"':
            sentence = check_quoted(path, folder, name)
            if sentence:
                yield line, f'"{name}": {sentence}'
            continue
        for headers, places, sentence in RESTRICTED:
            if headers.match(name):
                if not places.match(path):
                    yield line, f"<{name}>: {sentence}"
                break
        if HEAVY.match(name) and path.endswith((".h", ".hpp")) and folder.startswith("src/"):
            yield line, f"<{name}>: too heavy for a header"


def check_shape(path, text):
    if not CODE.search(path):
        return
    lines = text.split("\n")
    if len(lines) - 1 > LINES_MAX and path not in LONG_BY_CONTRACT:
        yield len(lines), f"{len(lines) - 1} lines; split above {LINES_MAX}"
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX:
            yield number, f"{len(line)} columns; at most {COLUMNS_MAX}"
        if "\t" in line:
            yield number, "a tab"
        if line.endswith((" ", "\r")):
            yield number, "space at the end of the line"
    if text and not text.endswith("\n"):
        yield len(lines), "no newline at the end of the file"


def check_words(path, text):
    if not TEXT.search(path) or path == "LICENSE":
        return
    for number, line in enumerate(text.split("\n"), 1):
        for pattern, sentence in (
            (UNFINISHED, "unfinished work"),
            (MACHINE_PATHS, "a path of one machine"),
            (EMPTY_WORDS, "praise instead of a figure"),
            (AUTHORSHIP, "who, or which ticket: that is for the history to say"),
        ):
            found = pattern.search(line)
            if found:
                yield number, f"{sentence}: {found.group(0)}"


def check_language(path, text):
    """What may not be written in src/ and capi/, and what every header has."""
    if not CPP.search(path):
        return
    # What is compiled by itself is no header to the compiler.
    if path.endswith(".hpp") and not path.startswith("pch/") and "#pragma once" not in text:
        yield 1, "no #pragma once"
    folder = folder_of(path)
    if folder not in ALLOWED:
        return
    code = re.sub(r"\"(?:\\.|[^\"\\\n])*\"", '""', strip_comments(text))
    for match in re.finditer(r"\bthrow\b(?!\s*\(\s*\))", code):
        yield text.count("\n", 0, match.start()) + 1, "throw: errors are Results here"
    for match in re.finditer(r"\busing\s+namespace\s+std\b", code):
        yield text.count("\n", 0, match.start()) + 1, "using namespace std"


CHECKS = (check_includes, check_shape, check_words, check_language)


def check(path, text):
    """All violations of one file as 'path:line: sentence'."""
    for one in CHECKS:
        for line, sentence in one(path, text):
            yield f"{path}:{line}: {sentence}"
