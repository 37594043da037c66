"""The kinds of test components: every test becomes an edge that keeps its result in build/results.

An edge of a test succeeds whatever the test says, so that ninja runs them all and keeps what passed; tools/testrun.py
writes the result file and later adds them up. Tests that need a booted machine share one boot: their programs are
inputs of one edge. Names of tests are paths: host/rbtree, fuzz/tar, linux/process/fork, astra/process/fork,
kernel/selftest, system/test_boot.smp_8, tools/test_pax.
"""

import ast
import json
import os
import re

from ninja import write_if_changed

RESULTS = "build/results"


def _result(context, name, rule, implicit, arguments):
    """The edge of one test; ARGUMENTS are testrun.py's."""
    output = f"{RESULTS}/{name}.json"
    context.ninja.edge(output, rule, implicit=["tools/testrun.py", *implicit], name=name,
                       command=f"python3 tools/testrun.py {arguments}")
    context.results.append(output)
    return output


def _add(context, name, rule, inputs, command, timeout):
    """A test that is one command on this machine."""
    output = _result(context, name, rule, inputs, f"one {name} {timeout} -- {command}")
    context.tests.append({"name": name, "result": output})


def _named(source, what):
    """The words behind WHAT in the lines on top of the file such as  /* sources: kernel/lib/tree.c kernel/fs/tar.c */."""
    with open(source, encoding="utf-8") as file:
        top = re.match(r"(/\*\s*[a-z]+:.*?\*/\s*)*", file.read(), flags=re.DOTALL).group(0)
    match = re.search(rf"/\*\s*{what}:(.*?)\*/", top, flags=re.DOTALL)
    return match.group(1).split() if match else []


def _host_kind(source):
    """host, fuzz, or None for a helper without main()."""
    with open(source, encoding="utf-8") as file:
        text = file.read()
    return "fuzz" if "LLVMFuzzerTestOneInput" in text else "host" if re.search(r"\bmain\(", text) else None


def emit_host(context, component):
    """One cmocka program or fuzzer for each file that is one, with the kernel sources that its first line names."""
    for source in context.find(component["sources"], (".c",)):
        context.watched.add(source)
        kind, named = _host_kind(source), _named(source, "sources")
        if not kind:
            continue
        name = re.sub("^(test|fuzz)_", "", os.path.splitext(os.path.basename(source))[0])
        flags = component["cflags"] + component[f"{kind}_flags"]
        objects = context.objects(f"tests-{kind}", [source, *named], "clang", flags)
        program = context.ninja.edge(f"build/tests/{kind}/{name}", "host_link", objects, flags=" ".join(flags),
                                     libs=" ".join(component[f"{kind}_libs"]))
        corpus = f"{component['sources'][0]}/corpus/{name}"
        seeds = context.find([corpus], "") if kind == "fuzz" else []
        arguments = [program, *(component["fuzz_arguments"] if kind == "fuzz" else [])]
        if seeds:  # named one by one: a folder would be written to
            arguments.append(f"-seed_inputs={','.join(seeds)}")
        _add(context, f"{kind}/{name}", "test", [program, *seeds], " ".join(arguments), component["timeout"])


def _subject(component, source):
    """SUBJECT/NAME of a test program."""
    return os.path.splitext(os.path.relpath(source, component["sources"][0]))[0]


def emit_user(context, component):
    """Static programs: each runs on this machine's Linux, and the same file on ASTRA."""
    for source in context.find(component["sources"], (".c",)):
        subject = _subject(component, source)
        program = context.ninja.edge(f"build/tests/user/{subject}", "user_link", [source],
                                     flags=" ".join(component["cflags"] + component["musl_cflags"]))
        _add(context, f"linux/{subject}", "test", [program], program, component["timeout"])
        context.guest_tests.append((f"astra/{subject}", f"/tests/{subject}", program))
        context.watched.add(source)
        _emit_also(context, component, source, subject)


def _emit_also(context, component, source, subject):
    """The same source with further C libraries, where its first line names them: glibc on this machine, and libastra on ASTRA."""
    flags = " ".join(flag for flag in component["cflags"] if flag != "-static" and not flag.startswith("-Wno-"))
    compilers = {"glibc": [("glibc", "gcc")],
                 "libastra": [("libastra", "build/bin/astra-cc"), ("libastra-static", "build/bin/astra-cc -static")]}
    for library in _named(source, "also"):
        for kind, compiler in compilers[library]:
            implicit = [source, *context.find([os.path.dirname(source), "tests/user"], (".h",))]
            implicit += ["just-astra-cc", "just-libastra"] if library == "libastra" else []
            output = f"build/tests/{kind}/{subject}"
            program = context.ninja.edge(output, "tool", implicit=implicit, text=f"building {output}",
                                         command=f"{compiler} {flags} {source} -o {output}")
            if library == "glibc":
                _add(context, f"linux/{kind}/{subject}", "test", [program], program, component["timeout"])
            else:
                context.guest_tests.append((f"astra/{kind}/{subject}", f"/tests/{kind}/{subject}", program))


def _link_words(source):
    """The linker flags of a source's own, as they stand in a line of build.ninja that a shell will read."""
    return [f"'{word}'".replace("$", "$$") if "$" in word else word for word in _named(source, "link")]


class _RtldLibraries:
    """The shared libraries of the linker's tests, for ASTRA and for this machine; built when a test names them."""

    def __init__(self, context, component):
        self.context, self.component = context, component
        self.folder = f"{component['sources'][0]}/lib"
        self.built = {}

    def sources(self):
        """name -> source; the name is the path below the folder, without its ending."""
        found = self.context.find([self.folder], (".c",))
        return {os.path.splitext(os.path.relpath(source, self.folder))[0]: source for source in found}

    def host(self, name):
        """NAME.so by the host's compiler."""
        return self._once(("host", name), self._build_host)

    def guest(self, name):
        """NAME.so as ASTRA's programs are built."""
        return self._once(("guest", name), self._build_guest)

    def _once(self, key, build):
        if key not in self.built:
            source = f"{self.folder}/{key[1]}.c"
            self.context.watched.add(source)
            self.built[key] = build(key[1], source)
        return self.built[key]

    def _build_host(self, name, source):
        needed = [self.host(other) for other in _named(source, "libraries")]
        return host_program(self.context, f"build/tests/rtld-host/lib/{name}.so", source, needed,
                            ["-shared", "-fPIC", f"-Wl,-soname,{os.path.basename(name)}.so", "-Wl,--no-as-needed"])

    def _build_guest(self, name, source):
        needed = [self.guest(other) for other in _named(source, "libraries")]
        flags = [*self.component["library_cflags"], *_named(source, "compile")]
        objects = [self.context.object("tests-rtld-lib", source, "clang", flags)]
        link = [*self.component["library_ldflags"], f"-soname={os.path.basename(name)}.so", *_link_words(source)]
        implicit = [word.split("=")[1] for word in link if word.startswith("--version-script=")]
        built = self.context.ninja.edge(f"build/tests/rtld/lib/{name}.so", "link",
                                        ["build/libastra/crtS.o", *objects, *needed], implicit=implicit,
                                        ld="ld.lld", flags=" ".join(link), outflag="-o")
        self.context.guest_files.append((f"/tests/rtld/lib/{name}.so", built))
        return built


def host_program(context, output, source, libraries, flags):
    """One source and LIBRARIES by the host's gcc, with the source's own compiler and linker flags."""
    words = [*flags, "-std=gnu11", "-O1", "-g", "-D_GNU_SOURCE", "-I", os.path.dirname(source), "-I", "tests/rtld",
             *_named(source, "compile"), source, *libraries, *(f"-Xlinker {word}" for word in _link_words(source))]
    scripts = [word.split("=")[1] for word in _named(source, "link") if word.startswith("--version-script=")]
    return context.ninja.edge(output, "tool", implicit=[source, "tests/rtld/check.h", *libraries, *scripts],
                              text=f"building {output}", command=f"gcc {' '.join(words)} -o {output}")


def _rtld_oracle(context, libraries, source, subject):
    """The same test by the host's compiler and linker, on this machine's Linux: what the expectations are held against."""
    named = [libraries.host(name) for name in _named(source, "libraries")]
    program = host_program(context, f"build/tests/rtld-host/{subject}", source, named,
                           ["-Wl,--no-as-needed", "'-Wl,-rpath,$$ORIGIN/lib'", "-Wl,-rpath-link,build/tests/rtld-host/lib"])
    opened = [libraries.host(name) for name in _named(source, "opens")]
    _add(context, f"linux/rtld/{subject}", "test", [program, *opened], program, 60)


def emit_rtld(context, component):
    """Programs linked against libastra, and against the libraries of lib/ that the lines on their top name."""
    libraries = _RtldLibraries(context, component)
    for name in libraries.sources():
        libraries.guest(name)
    for source in context.find(component["sources"], (".c",)):
        if source.startswith(f"{libraries.folder}/"):
            continue
        context.watched.add(source)
        named = [libraries.guest(name) for name in _named(source, "libraries")]
        subject = _subject(component, source)
        own = dict(component, ldflags=[*component["ldflags"], *_link_words(source)])
        objects = [context.object("tests-rtld", source, "clang", [*component["cflags"], *_named(source, "compile")])]
        program = context.link_program(own, f"build/tests/rtld/{subject}", objects, named)
        context.guest_tests.append((f"rtld/{subject}", f"/tests/rtld/{subject}", program))
        if _named(source, "oracle"):
            _rtld_oracle(context, libraries, source, subject)


def _functions(path):
    """The test functions of a Python file, in its order."""
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read(), path)
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def emit_system(context, component):
    """One edge for each test_ function of each file: they boot machines of their own."""
    sources = context.find(component["sources"], (".py",))
    context.watched.update(sources)
    for source in sources:
        module = os.path.splitext(os.path.basename(source))[0]
        for function in _functions(source) if module.startswith("test_") else ():
            name = f"system/{module.removeprefix('test_')}.{function.removeprefix('test_')}"
            _add(context, name, "machine", [source, "boot", "just-astra-cc", "just-libastra", "just-bench"],
                 f"python3 tools/systest.py {source} {function}",
                 component["timeout"])


def emit_tools(context, component):
    """One edge for each unittest file of the tools themselves."""
    sources = context.find(component["sources"], (".py",))
    tools = context.find(["tools"], (".py",))
    for source in sources:
        name = os.path.splitext(os.path.basename(source))[0]
        if name.startswith("test_"):
            _add(context, f"tools/{name.removeprefix('test_')}", "test", [source, *tools], f"python3 {source}", 120)


def emit_kernel_tests(context, component):
    """One boot that runs the tests inside the kernel, whose sources are among the kernel's own."""
    _add(context, "kernel/selftest", "machine", ["boot"],
         f"python3 tools/systest.py --selftest {component['smp']}", component["timeout"])


def _guest_group(name):
    """Which of the machines runs the test NAME: the calls' programs have one, those of libastra and the linker another."""
    return "userspace" if name.startswith(("rtld/", "astra/libastra")) else "astra"


def write_guest_groups(context):
    """An edge for each machine that runs guest tests, one after the other; its result file lists them all."""
    if not context.guest_tests:
        return
    groups = {"astra": [], "userspace": []}
    for entry in context.guest_tests:
        groups[_guest_group(entry[0])].append(entry)
    write_if_changed("build/gen/guest-tests.json", json.dumps({"groups": groups, "files": context.guest_files}, indent=1) + "\n")
    for group, tests in groups.items():
        programs = [program for _, _, program in tests] + [built for _, built in context.guest_files]
        output = _result(context, group, "machine", ["build/gen/guest-tests.json", "boot", *programs],
                         f"guest build/gen/guest-tests.json {group}")
        context.tests += [{"name": name, "result": output, "program": program} for name, _, program in tests]


def write_list(context):
    """build/gen/tests.list: every test with its result file, for testrun.py."""
    write_guest_groups(context)
    write_if_changed("build/gen/tests.list", json.dumps(context.tests, indent=1) + "\n")


KINDS = {
    "host-tests": (emit_host, {"name", "kind", "sources", "cflags", "host_flags", "host_libs", "fuzz_flags", "fuzz_libs",
                               "fuzz_arguments", "timeout"}, set()),
    "user-tests": (emit_user, {"name", "kind", "sources", "cflags", "musl_cflags", "timeout"}, set()),
    "rtld-tests": (emit_rtld, {"name", "kind", "sources", "cflags", "ldflags", "library", "library_cflags",
                               "library_ldflags"}, set()),
    "kernel-tests": (emit_kernel_tests, {"name", "kind", "sources", "smp", "timeout"}, set()),
    "system-tests": (emit_system, {"name", "kind", "sources", "timeout"}, set()),
    "tool-tests": (emit_tools, {"name", "kind", "sources"}, set()),
}
