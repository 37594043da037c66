#!/usr/bin/env python3
"""astra-cc: compile and link C programs for ASTRA.OS, in one command and from any folder.

    astra-cc [-static] [-g] [-O2] prog.c -o prog [-lm]     a program, dynamic or static
    astra-cc -c|-S|-E|-M… prog.c                           what clang does, with ASTRA's headers
    astra-cc -shared -fPIC lib.c -o lib.so                 a shared library

A wrapper of clang and ld.lld: headers, start-up object and libraries are those of the checkout whose build/bin holds
this file. -lm, -lc, -ldl, -lrt and -lpthread name parts of libastra and add nothing. What it does not know goes to clang
as it is.
"""

import os
import subprocess
import sys
import tempfile

BUILD = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
TOP = os.path.dirname(BUILD)
LIBRARY = os.path.join(BUILD, "libastra")
COMPILE = ["--target=x86_64-pc-linux-gnu", "-U__gnu_linux__", "-D__ASTRA__=1", "-nostdlibinc", "-fno-stack-protector",
           "-isystem", os.path.join(TOP, "libastra/include"), "-isystem", os.path.join(BUILD, "gen")]
LINK = ["--build-id=none", "--eh-frame-hdr", "-z", "max-page-size=4096", "-z", "separate-code", "-z", "noexecstack",
        "-z", "relro", "-z", "now", "--pack-dyn-relocs=relr"]
DYNAMIC = ["--dynamic-linker=/lib/ld-astra.so.1", "--hash-style=gnu"]
SOURCE_SUFFIXES = (".c", ".S", ".s", ".i")
ONLY_COMPILE = {"-c", "-S", "-E", "-M", "-MM", "-fsyntax-only", "--version", "-v", "-dumpmachine", "-dumpversion",
                "-print-search-dirs", "-###"}
COMPILE_WITH_VALUE = {"-I", "-D", "-U", "-include", "-isystem", "-iquote", "-idirafter", "-imacros", "-MF", "-MT", "-MQ", "-x",
                      "-Xclang", "-Xpreprocessor", "--param", "-target"}
LINK_WITH_VALUE = {"-L", "-T", "-z", "-u", "-e", "-rpath", "-Xlinker", "-soname"}
OWN_LIBRARIES = {"m", "c", "dl", "rt", "pthread", "util"}


class Command:
    """The arguments, sorted into what compiling and what linking needs."""

    def __init__(self, arguments):
        self.compile, self.link, self.inputs = [], [], []  # inputs: sources, objects, libraries, in order
        self.output, self.kind = None, "dynamic"
        rest = list(arguments)
        while rest:
            self.take(rest.pop(0), rest)

    def take(self, argument, rest):
        """Sort one ARGUMENT; those with a value take it from REST."""
        if argument == "-o" or argument.startswith("-o") and not argument.startswith("-object"):
            self.output = argument[2:] or value_of(argument, rest)
        elif argument in ("-static", "-shared", "-pie", "-no-pie", "-static-pie"):
            self.kind = {"-pie": "dynamic"}.get(argument, argument[1:])
        elif argument == "-rdynamic":
            self.link.append("--export-dynamic")
        elif argument in ("-s", "-r"):
            self.link.append(argument)
        elif argument.startswith("-Wl,"):
            self.inputs += [("link", word) for word in argument.split(",")[1:]]
        elif argument == "-Xlinker":
            self.inputs.append(("link", value_of(argument, rest)))
        elif argument in LINK_WITH_VALUE:
            self.link += [argument, value_of(argument, rest)]
        elif argument.startswith("-L"):
            self.link.append(argument)
        elif argument.startswith("-l"):
            name = argument[2:] or value_of(argument, rest)
            if name not in OWN_LIBRARIES:
                self.inputs.append(("link", f"-l{name}"))
        elif argument in COMPILE_WITH_VALUE:
            self.compile += [argument, value_of(argument, rest)]
        elif argument == "-pthread":
            self.compile.append("-D_REENTRANT")
        elif argument.startswith("-") and argument != "-":
            self.compile.append(argument)
        else:
            self.inputs.append(("source" if argument.endswith(SOURCE_SUFFIXES) or argument == "-" else "link", argument))


def value_of(option, rest):
    """The argument behind OPTION; ends the program when there is none."""
    if not rest:
        sys.exit(f"astra-cc: {option} needs a value")
    return rest.pop(0)


def run(words):
    """Run a tool; ends with its status when it fails."""
    try:
        status = subprocess.run(words, check=False).returncode
    except FileNotFoundError:
        sys.exit(f"astra-cc: {words[0]} is not installed; run ./configure.py in {TOP}")
    if status:
        sys.exit(status if status > 0 else 1)


def builtins():
    """clang's own run-time library (128-bit division and the like), when it is installed."""
    answer = subprocess.run(["clang", "--target=x86_64-pc-linux-gnu", "--rtlib=compiler-rt", "--print-libgcc-file-name"],
                            check=False, capture_output=True, text=True).stdout.strip()
    return [answer] if os.path.exists(answer) else []


def code_model(kind):
    """How code is generated for a program of KIND, in front of what the user says."""
    return {"shared": ["-fPIC"], "dynamic": ["-fPIE"], "static-pie": ["-fPIE"]}.get(kind, ["-fno-pie"])


def link_words(command, objects):
    """ld.lld's command line."""
    words = ["ld.lld", *LINK, *command.link, "-o", command.output or "a.out"]
    if command.kind == "static":
        words += ["-static", os.path.join(LIBRARY, "crt1.o"), *objects, os.path.join(LIBRARY, "libastra.a")]
    elif command.kind == "shared":
        words += ["-shared", "--hash-style=gnu", os.path.join(LIBRARY, "crtS.o"), *objects, os.path.join(LIBRARY, "libastra.so")]
    else:
        pie = [] if command.kind == "no-pie" else ["-pie"]
        words += [*pie, *DYNAMIC, os.path.join(LIBRARY, "crt1.o"), *objects, os.path.join(LIBRARY, "libastra.so")]
    return words + builtins()


def build(command):
    """Compile every source into a temporary folder and link the whole."""
    with tempfile.TemporaryDirectory(prefix="astra-cc.") as folder:
        objects = []
        for number, (kind, word) in enumerate(command.inputs):
            if kind == "source":
                name = os.path.splitext(os.path.basename(word))[0]
                word, source = os.path.join(folder, f"{number}-{name}.o"), word
                run(["clang", *COMPILE, *code_model(command.kind), *command.compile, "-c", source, "-o", word])
            objects.append(word)
        run(link_words(command, objects))


def main(arguments):
    """Do what ARGUMENTS say."""
    if not arguments or arguments == ["--help"]:
        print(__doc__.strip())
        return
    if not os.path.exists(os.path.join(LIBRARY, "libastra.so")):
        sys.exit(f"astra-cc: {LIBRARY} is not built; run ninja in {TOP}")
    command = Command(arguments)
    if any(word in ONLY_COMPILE for word in command.compile):
        output = ["-o", command.output] if command.output else []
        sources = [word for kind, word in command.inputs if kind == "source" or not word.startswith("-")]
        run(["clang", *COMPILE, *code_model(command.kind), *command.compile, *sources, *output])
    elif command.kind == "static-pie":
        sys.exit("astra-cc: -static-pie is not supported; use -static or none")
    elif not command.inputs:
        sys.exit("astra-cc: no input files")
    else:
        build(command)


if __name__ == "__main__":
    main(sys.argv[1:])
