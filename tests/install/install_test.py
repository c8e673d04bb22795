"""The installed library, used as an application would use it.

Goal: one archive and one header embed into any C program, with no surprise in the host process.
Method: install into a temporary prefix; compile a C program with `cc` alone through pkg-config
(static and shared) and through CMake; look at symbols and at what the loader is told to load; link
into hosts that have the same names as the library's inside.
"""

import re
import shutil
import sys
import unittest

from installed import (CC, CXX, FEATURES, HERE, THRIFT_ARCHIVE, Prefix, declared_functions,
                       global_definitions, needed, run)

STRICT_C = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
STRICT_CXX = ["-std=c++20", *STRICT_C[1:]]

# The C and C++ run times, always there. ld-linux is libc's own, for thread-local storage.
RUN_TIME = {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2"}
CODECS = {
    "libdeflate": ["libdeflate.so.0"],
    "isal": ["libisal.so.2"],
    "snappy": ["libsnappy.so.1"],
    "zstd": ["libzstd.so.1"],
    "lz4": ["liblz4.so.1"],
    "brotli": ["libbrotlienc.so.1", "libbrotlidec.so.1"],
}
EXPECTED_NEEDED = {"libz.so.1", "libstdc++.so.6", "libc.so.6",
                   *(library for feature in FEATURES for library in CODECS[feature])}

# Members of libthrift.a that may be inside: those that link into a shared object.
THRIFT_MEMBERS = {"TProtocol.o", "TTransportException.o", "TApplicationException.o"}


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prefix = Prefix()
        cls.scratch = cls.prefix.scratch

    @classmethod
    def tearDownClass(cls):
        cls.prefix.remove()

    def captures(self, program, *arguments, words=("captured 1000",)):
        """Runs a program built from consumer.c and checks that it captured."""
        output = run(program, *arguments, self.scratch / "captured.parquet",
                     env=self.prefix.environment())
        for word in words:
            self.assertIn(word, output.splitlines())

    def compile_c(self, name, *arguments):
        program = self.scratch / name
        run(*CC, *STRICT_C, *arguments, "-o", program)
        return program

    # The command line

    def test_tool_comes_with_its_man_page_and_completions(self):
        pf = self.prefix.prefix / "bin" / "pf"
        if not pf.exists():
            self.skipTest("built without pf")
        share = self.prefix.prefix / "share"
        places = {"man/man1/pf.1": ("man",),
                  "bash-completion/completions/pf": ("completion", "bash"),
                  "zsh/site-functions/_pf": ("completion", "zsh"),
                  "fish/vendor_completions.d/pf.fish": ("completion", "fish")}
        for place, words in places.items():
            with self.subTest(place):
                self.assertEqual((share / place).read_text(encoding="utf-8"), run(pf, *words))
                self.assertEqual((share / place).stat().st_mode & 0o777, 0o644)
        # Where shells and man look for them, by the name of the command.
        for shell, place in (("bash", "bash-completion/completions/pf"),
                             ("zsh", "zsh/site-functions/_pf"),
                             ("fish", "fish/vendor_completions.d/pf.fish")):
            if shutil.which(shell):
                run(shell, "-n", share / place)
        self.assertTrue((share / "zsh/site-functions/_pf").read_text().startswith("#compdef pf\n"))
        if shutil.which("man"):
            found = run("man", "--manpath", share / "man", "--where", "pf").strip()
            self.assertEqual(found, str(share / "man/man1/pf.1"))

    # What is in the products

    def test_archive_is_one_object_that_defines_the_header_and_nothing_else(self):
        members = run("ar", "t", self.prefix.archive).split()
        self.assertEqual(len(members), 1, members)
        header = declared_functions(self.prefix.include / "parquet_flow.h")
        self.assertGreater(len(header), 50)
        self.assertEqual(global_definitions(self.prefix.archive), header)

    def test_shared_library_exports_the_header_and_nothing_else(self):
        header = declared_functions(self.prefix.include / "parquet_flow.h")
        self.assertEqual(global_definitions(self.prefix.shared, "-D"), header)

    def test_no_symbol_is_unique_in_the_process(self):
        symbols = run("readelf", "-sW", self.prefix.archive)
        self.assertNotIn(" UNIQUE ", symbols)

    def test_thrift_members_inside_are_those_that_link_into_a_shared_object(self):
        inside = set(re.findall(r" (_ZT?\w*6apache6thrift\w+)$",
                                run("readelf", "-sW", self.prefix.archive), re.M))
        members = {}
        for line in run("nm", "-A", "-P", "--defined-only", THRIFT_ARCHIVE).splitlines():
            member, name, kind = re.match(r".*\[(.*)\]: (\S+) (\w)", line).groups()
            if kind == "T" and "6apache6thrift" in name:
                members.setdefault(member, set()).add(name)
        found = {member for member, names in members.items() if names <= inside}
        self.assertIn("TProtocol.o", found)
        self.assertLessEqual(found, THRIFT_MEMBERS)

    def test_shared_library_has_its_soname_and_no_text_relocations(self):
        dynamic = run("readelf", "-dW", self.prefix.shared)
        version = re.search(r"libparquet_flow\.so\.(\d+)\.\d+\.\d+$",
                            self.prefix.shared.resolve().name)
        self.assertIn(f"[libparquet_flow.so.{version.group(1)}]", dynamic)
        self.assertNotIn("TEXTREL", dynamic)

    def test_shared_library_needs_only_what_is_built_in(self):
        self.assertEqual(needed(self.prefix.shared) - RUN_TIME, EXPECTED_NEEDED - RUN_TIME)

    # The ways in

    def test_c_program_through_pkg_config_static(self):
        flags = self.prefix.flags("parquet_flow", "--static")
        self.assertIn("-l:libparquet_flow.a", flags)
        program = self.compile_c("pc_static", HERE / "consumer.c", *flags)
        self.captures(program)
        self.assertEqual(needed(program) - RUN_TIME, EXPECTED_NEEDED - RUN_TIME)

    def test_c_program_through_pkg_config_without_static(self):
        self.captures(self.compile_c("pc_plain", HERE / "consumer.c",
                                     *self.prefix.flags("parquet_flow")))

    def test_c_program_through_pkg_config_shared(self):
        program = self.compile_c("pc_shared", HERE / "consumer.c",
                                 *self.prefix.flags("parquet_flow-shared"))
        self.captures(program)
        self.assertEqual(needed(program), {"libparquet_flow.so.0", "libc.so.6"})

    def test_link_time_garbage_collection_keeps_the_program_whole(self):
        self.captures(self.compile_c("gc", "-ffunction-sections", "-fdata-sections",
                                     "-Wl,--gc-sections", HERE / "consumer.c",
                                     *self.prefix.flags("parquet_flow", "--static")))

    @unittest.skipUnless(shutil.which("ld.gold"), "no gold linker")
    def test_links_with_gold(self):
        self.captures(self.compile_c("gold", "-fuse-ld=gold", HERE / "consumer.c",
                                     *self.prefix.flags("parquet_flow", "--static")))

    def test_header_compiles_as_strict_cpp(self):
        source = self.scratch / "header.cpp"
        source.write_text("#include <parquet_flow.h>\n"
                          "int main() { return pf_version() == nullptr; }\n")
        program = self.scratch / "header"
        run(*CXX, *STRICT_CXX, source, *self.prefix.flags("parquet_flow", "--static"),
            "-o", program)
        run(program)

    @unittest.skipUnless(shutil.which("cmake"), "no cmake")
    def test_c_project_through_cmake(self):
        build = self.scratch / "cmake"
        run("cmake", "-S", HERE / "cmake_parent", "-B", build,
            f"-DCMAKE_PREFIX_PATH={self.prefix.prefix}", f"-DCMAKE_C_COMPILER={CC[-1]}")
        run("cmake", "--build", build)
        self.captures(build / "consumer_static")
        self.captures(build / "consumer_shared")
        self.assertIn("libparquet_flow.so.0", needed(build / "consumer_shared"))
        self.assertNotIn("libparquet_flow.so.0", needed(build / "consumer_static"))

    # Hosts with the same names inside

    def consumer_object(self, *options):
        path = self.scratch / f"consumer_main{len(options)}.o"
        run(*CC, *STRICT_C, *options, "-Dmain=consumer_main", f"-I{self.prefix.include}", "-c",
            HERE / "consumer.c", "-o", path)
        return path

    def test_host_with_its_own_thrift_and_same_named_functions(self):
        program = self.scratch / "host"
        run(*CXX, "-std=c++20", HERE / "host.cpp", self.consumer_object(),
            *self.prefix.flags("parquet_flow", "--static"), "-lthrift", "-o", program)
        self.captures(program, words=("captured 1000", "apart"))

    def clashing_assembly(self, comdat):
        """Assembly that defines every C++ name inside the archive: functions trap, data is rubbish.

        With `comdat` each stands in a group of its own, as compilers emit inline functions; of
        groups of one name a linker keeps the first. Names that libstdc++ itself exports are left
        out, as the host would break that one.
        """
        runtime = run(*CXX, "-print-file-name=libstdc++.so.6").strip()
        exported = {name.split("@")[0] for name in global_definitions(runtime, "-D")}
        pattern = re.compile(r"\b(FUNC|OBJECT)\s+LOCAL\s+\w+\s+\d+\s+(_Z[A-Za-z0-9_]+)$", re.M)
        inside = {name: kind for kind, name in
                  pattern.findall(run("readelf", "-sW", self.prefix.archive))}
        names = sorted(set(inside) - exported)
        self.assertTrue(any("apache6thrift" in name for name in names))
        self.assertTrue(any("moodycamel" in name for name in names))
        self.assertGreater(len(names), 500)
        lines = []
        for name in names:
            function = inside[name] == "FUNC"
            section = ".text" if function else ".data"
            if comdat:
                flags = "axG" if function else "awG"
                section = f'.section {section}.{name},"{flags}",@progbits,{name},comdat'
            lines += [section, f"{'.weak' if comdat else '.globl'} {name}",
                      f".type {name}, @{'function' if function else 'object'}",
                      f"{name}: {'ud2' if function else '.fill 16, 8, 0x6161616161616161'}"]
        lines.append('.section .note.GNU-stack,"",@progbits')
        path = self.scratch / f"clash{int(comdat)}.s"
        path.write_text("\n".join(lines) + "\n")
        return path

    def test_host_that_defines_every_inner_name_is_not_mixed(self):
        for comdat in (False, True):
            for package in ("parquet_flow", "parquet_flow-shared"):
                with self.subTest(package=package, comdat=comdat):
                    program = self.scratch / f"clash_{package}_{int(comdat)}"
                    run(*CC, "-rdynamic", self.clashing_assembly(comdat), HERE / "consumer.c",
                        *self.prefix.flags(package), "-o", program)
                    self.captures(program)

    def test_plugin_that_carries_the_archive_is_loaded_by_a_clashing_host(self):
        plugin = self.scratch / "plugin.so"
        run(*CC, "-shared", "-Wl,-z,defs", "-Wl,-z,text", self.consumer_object("-fPIC"),
            *self.prefix.flags("parquet_flow", "--static"), "-o", plugin)
        program = self.scratch / "plugin_host"
        run(*CC, "-rdynamic", self.clashing_assembly(False), HERE / "plugin_host.c", "-o",
            program)
        self.captures(program, plugin, words=("captured 1000", "loaded twice"))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=2)
