"""The kind of component that the benchmark is: programs that are the same files on every system that it compares.

build/bench holds what the machines find as /bench: the benchmark (static, of musl), what it starts, and programs with 0, 1 and 10
libraries for each of two dynamic linkers; beside it `init`, the first process of the machine with the other kernel. Plain
`ninja` builds none of it, `just-bench` all.
"""

import os

OUTPUT = "build/bench/guest"
LIBRARIES = 10


def _tool(context, output, implicit, command):
    return context.ninja.edge(output, "tool", implicit=implicit, text=f"building {output}", command=f"{command} -o {output}")


def _program(context, output, flags, sources):
    return context.ninja.edge(output, "user_link", sources, flags=" ".join(flags))


def _starters(context, folder, name, compiler, implicit):
    """start-NAME-0, -1 and -10, and the libraries in NAME/ that they need."""
    libraries = []
    for number in range(LIBRARIES):
        source = f"{folder}/library.c"
        libraries.append(_tool(context, f"{OUTPUT}/{name}/lib{number}.so", [source, *implicit],
                               f"{compiler} -O2 -fPIC -shared -Wl,-soname,lib{number}.so -DNUMBER={number} {source}"))
    programs = []
    for count in (0, 1, LIBRARIES):
        source, needed = f"{folder}/start.c", libraries[:count]
        programs.append(_tool(context, f"{OUTPUT}/start-{name}-{count}", [source, *needed, *implicit],
                              f"{compiler} -O2 -DLIBRARIES={count} {source} {' '.join(needed)} -Wl,-rpath,/bench/{name}"))
    return libraries + programs


def emit_bench(context, component):
    """The programs of build/bench."""
    top, = component["sources"]
    sources = context.find([top], (".c", ".h", ".lua"))
    flags, dynamic = component["cflags"], f"{top}/dynamic"
    subjects = [source for source in sources if os.path.dirname(source) == top and source.endswith(".c")]
    outputs = [
        _program(context, f"{OUTPUT}/bench", ["-static", *flags], subjects),
        _program(context, f"{OUTPUT}/true", ["-static", *flags], [f"{dynamic}/true.c"]),
        _program(context, f"{OUTPUT}/true-musl", flags, [f"{dynamic}/true.c"]),
        _program(context, f"{OUTPUT}/start", ["-static", *flags, "-DLIBRARIES=0"], [f"{dynamic}/start.c"]),
        _program(context, "build/bench/init", ["-static", *flags], [f"{top}/machine/init.c"]),
        *_starters(context, dynamic, "musl", "musl-gcc", []),
        *_starters(context, dynamic, "astra", "build/bin/astra-cc", ["just-astra-cc", "just-libastra"]),
    ]
    context.products_of[component["name"]] = outputs  # not among what plain `ninja` builds
