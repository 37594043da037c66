"""The engine behind configure.py: components in, build.ninja out.

A component is a dictionary with a name, a kind and the kind's own keys; KINDS says which keys a kind needs and may
have, and an unknown key ends the program. Sources are found by folder, sorted; build.ninja depends on every folder
that was looked at, so a new file needs no edit. A component whose folders are not there is left out.

The kinds of programs and libraries are here; those of tests are in engine_tests.py.
"""

import glob
import json
import os
import sys

import engine_bench
import engine_tests
from ninja import Ninja, write_if_changed

SOURCES = (".c", ".S")


class Context:
    """What the kinds of components share while they write their edges."""

    def __init__(self, settings):
        self.ninja = Ninja()
        self.settings = settings
        self.watched = set()  # folders and files whose change makes a new build.ninja
        self.root_files = {}  # guest path -> built file, what goes into rootfs.tar
        self.volume = {}  # path on the boot volume -> built file
        self.tests = []  # dictionaries with the name and the result file of every test
        self.results = []  # the result files
        self.guest_files = []  # (guest path, built file) of what those programs need besides
        self.guest_tests = []  # (name, guest path, built program) of the programs that share one boot
        self.generated = []  # headers that must be there before anything is compiled
        self.embedded = []  # generated assembly that carries other components' images into the kernel
        self.products = []  # what plain `ninja` builds
        self.products_of = {}  # component name -> its outputs

    def find(self, folders, suffixes=SOURCES):
        """The sources in and below FOLDERS, sorted."""
        found = []
        for folder in folders:
            for path, _, names in os.walk(folder):
                self.watched.add(path)
                found += [os.path.join(path, name) for name in names if name.endswith(suffixes)]
        return sorted(found)

    def objects(self, folder, sources, compiler, flags):
        """Compile SOURCES below build/obj/FOLDER; returns the objects."""
        return [self.object(folder, source, compiler, flags) for source in sources]

    def object(self, folder, source, compiler, flags):
        """Compile one source, once for all who ask for it."""
        output = f"build/obj/{folder}/{os.path.splitext(source)[0]}{os.path.splitext(source)[1].replace('.', '_')}.o"
        if output not in self.ninja.outputs:
            self.ninja.compile(output, source, compiler, flags, order_only=self.generated)
        return output

    def link_program(self, component, output, objects, libraries=()):
        """Link OBJECTS dynamically against the component's library, behind its start-up object, and other LIBRARIES."""
        folder = f"build/{component['library']}"
        inputs = [f"{folder}/crt1.o", *objects, *libraries, f"{folder}/{component['library']}.so"]
        return self.ninja.edge(output, "link", inputs, ld="ld.lld", flags=" ".join(component["ldflags"]), outflag="-o")

    def product(self, component, *outputs):
        """OUTPUTS belong to COMPONENT and to what plain `ninja` builds."""
        self.products += outputs
        self.products_of.setdefault(component["name"], []).extend(outputs)


def emit_syscalls(context, component):
    """The tables that follow from the definition of the system calls."""
    definition, document = component["definition"], component["document"]
    outputs = [f"build/gen/syscalls_{name}" for name in ("kernel.h", "table.inc", "user.inc", "decode.inc")]
    context.ninja.edge([*outputs, document], "tool", implicit=[definition, "tools/gen_syscalls.py"],
                       command=f"python3 tools/gen_syscalls.py {definition} build/gen {document}",
                       text="generating the tables of system calls")
    context.generated += outputs
    context.product(component, *outputs, document)


def emit_efi(context, component):
    """A UEFI application, linked as PE by lld."""
    objects = context.objects(component["name"], context.find(component["sources"]), "clang", component["cflags"])
    output = context.ninja.edge(component["output"], "link", objects, ld="lld-link", flags=" ".join(component["ldflags"]),
                                outflag="-out:")
    context.volume["EFI/BOOT/BOOTX64.EFI"] = output
    context.product(component, output)


def emit_image(context, component):
    """A shared object that the kernel carries: SYMBOL_start and SYMBOL_end around its bytes."""
    name, script = component["symbol"], component["script"]
    objects = context.objects(component["name"], context.find(component["sources"]), "clang", component["cflags"])
    linked = context.ninja.edge(f"build/{component['name']}.so", "link", objects, implicit=[script], ld="ld.lld",
                                flags=" ".join(component["ldflags"] + ["-T", script]), outflag="-o")
    stripped = context.ninja.edge(f"build/gen/{component['name']}.so", "strip", [linked], flags="--strip-all")
    text = f'.section .rodata\\n.balign 4096\\n.globl {name}_start, {name}_end\\n{name}_start: .incbin "{stripped}"\\n{name}_end:\\n'
    context.embedded.append(context.ninja.edge(
        f"build/gen/{component['name']}.S", "tool", implicit=[stripped], text=f"embedding {component['name']}",
        command=f"printf '{text}' > build/gen/{component['name']}.S"))
    context.product(component, linked)


def emit_kernel(context, component):
    """The kernel: linked twice, so that it carries its own symbol table; stripped for the boot volume."""
    if not os.path.exists(component["script"]):
        return
    ninja = context.ninja
    flags, link = component["cflags"], " ".join(component["ldflags"] + ["-T", component["script"]])
    kernel = [source for source in context.find(component["sources"]) if not source.startswith(tuple(component["exclude"]))]
    objects = context.objects("kernel", kernel + context.embedded, "clang", flags)
    script = [component["script"], "tools/gen_ksyms.py"]

    empty = ninja.edge("build/gen/ksyms_empty.S", "tool", implicit=script[1:], text="making an empty symbol table",
                       command="python3 tools/gen_ksyms.py empty build/gen/ksyms_empty.S")
    first = ninja.edge("build/kernel.first.elf", "link", objects + [context.object("kernel", empty, "clang", flags)],
                       implicit=script, ld="ld.lld", flags=link, outflag="-o")
    table = ninja.edge("build/gen/ksyms.S", "tool", implicit=[first, *script[1:]], text="making the kernel's symbol table",
                       command=f"python3 tools/gen_ksyms.py table {first} build/gen/ksyms.S")
    second = ninja.edge("build/kernel.second.elf", "link", objects + [context.object("kernel", table, "clang", flags)],
                        implicit=script, ld="ld.lld", flags=link, outflag="-o")
    final = ninja.edge("build/kernel.elf", "tool", implicit=[first, second], text="checking the kernel's symbol table",
                       command=f"python3 tools/gen_ksyms.py check {first} {second} && cp {second} build/kernel.elf")
    stripped = ninja.edge("build/boot/kernel.elf", "strip", [final], flags="--strip-all")
    context.volume["kernel.elf"] = stripped
    context.product(component, final, stripped)


def emit_shared(context, component):
    """One shared object below build/root, stripped, at the guest path that the component names."""
    objects = context.objects(component["name"], context.find(component["sources"]), "clang", component["cflags"])
    inputs = objects + component.get("archives", [])
    link = context.ninja.edge(f"build/{component['name']}/{os.path.basename(component['guest'])}", "link", inputs, ld="ld.lld",
                              flags=" ".join(component["ldflags"]), outflag="-o")
    install(context, component, link, component["guest"])


def emit_library(context, component):
    """A library, shared and static, and the start-up objects beside it."""
    name, crt = component["name"], component["crt"]
    sources = context.find(component["sources"])
    starts = [source for source in sources if os.path.dirname(source) == crt]
    objects = context.objects(name, [source for source in sources if source not in starts], "clang", component["cflags"])
    for start in starts:
        output = f"build/{name}/{os.path.splitext(os.path.basename(start))[0]}.o"
        context.product(component, context.ninja.compile(output, start, "clang", component["cflags"],
                                                               order_only=context.generated))
    context.product(component, context.ninja.edge(f"build/{name}/{name}.a", "archive", objects))
    shared = context.ninja.edge(f"build/{name}/{name}.so", "link", objects, ld="ld.lld",
                                flags=" ".join(component["ldflags"]), outflag="-o")
    install(context, component, shared, component["guest"])


def emit_programs(context, component):
    """One program for each source file at the top of the folder, and one for each folder in it."""
    top, = component["sources"]
    programs = {}
    for source in context.find([top]):
        inside = os.path.relpath(source, top).split("/")
        programs.setdefault(inside[0] if len(inside) > 1 else os.path.splitext(inside[0])[0], []).append(source)
    for program, sources in sorted(programs.items()):
        objects = context.objects(component["name"], sources, "clang", component["cflags"])
        linked = context.link_program(component, f"build/{component['name']}/{program}", objects)
        install(context, component, linked, f"{component['guest']}/{program}")


def emit_script(context, component):
    """A program of this machine that is one Python file: copied to its place, executable."""
    source, = component["sources"]
    output = component["output"]
    context.product(component, context.ninja.edge(output, "tool", implicit=[source], text=f"making {output}",
                                                  command=f"install -m 755 {source} {output}"))


def install(context, component, linked, guest):
    """Strip LINKED for the root archive and list it there as GUEST."""
    stripped = context.ninja.edge(f"build/root{guest}", "strip", [linked], flags="--strip-all")
    context.root_files[guest] = stripped
    context.product(component, linked)


COMPILED = {"name", "kind", "sources", "cflags"}
KINDS = {  # kind: (function, keys it must have, keys it may have)
    "syscalls": (emit_syscalls, {"name", "kind", "sources", "definition", "document"}, set()),
    "efi": (emit_efi, COMPILED | {"ldflags", "output"}, set()),
    "image": (emit_image, COMPILED | {"ldflags", "script", "symbol"}, set()),
    "kernel": (emit_kernel, COMPILED | {"ldflags", "script", "exclude"}, set()),
    "shared": (emit_shared, COMPILED | {"ldflags", "guest"}, {"archives"}),
    "library": (emit_library, COMPILED | {"ldflags", "guest", "crt"}, set()),
    "programs": (emit_programs, COMPILED | {"ldflags", "guest", "library"}, set()),
    "script": (emit_script, {"name", "kind", "sources", "output"}, set()),
    "bench": (engine_bench.emit_bench, COMPILED, set()),
    **engine_tests.KINDS,
}


def check(component):
    """End the program when COMPONENT lacks a key or has an unknown one."""
    name = component.get("name", "without a name")
    if component.get("kind") not in KINDS:
        sys.exit(f"configure.py: component {name}: unknown kind {component.get('kind')}")
    _, required, optional = KINDS[component["kind"]]
    wrong = sorted(set(component) - required - optional)
    absent = sorted(required - set(component))
    if wrong or absent:
        sys.exit(f"configure.py: component {name}: "
                 + "; ".join(filter(None, [wrong and f"unknown keys {', '.join(wrong)}", absent and f"no {', '.join(absent)}"])))


def write_rules(ninja):
    """The rules that all edges use."""
    ninja.comment("Written by configure.py from its list of components; run it again instead of editing this file.")
    ninja.variable("ninja_required_version", "1.10")
    ninja.variable("builddir", "build")
    ninja.pool("machines", 2)
    ninja.rule("configure", "python3 configure.py --regenerate", generator=1, depfile="build/gen/build.ninja.d",
               description="writing build.ninja")
    ninja.rule("cc", "$cc $flags -MMD -MF $out.d -c $in -o $out", depfile="$out.d", deps="gcc", description="compiling $in")
    ninja.rule("link", "$ld $flags $outflag$out $in", description="linking $out")
    ninja.rule("host_link", "clang $flags -o $out $in $libs", description="linking $out")
    ninja.rule("user_link", "musl-gcc $flags -MMD -MF $out.d -o $out $in", depfile="$out.d", deps="gcc",
               description="building $out")
    ninja.rule("archive", "rm -f $out && llvm-ar rcsD $out $in", description="archiving $out")
    ninja.rule("strip", "llvm-strip $flags -o $out $in", description="stripping $in")
    ninja.rule("tool", "$command", description="$text", restat=1)
    ninja.rule("test", "$command", description="testing $name")
    ninja.rule("machine", "$command", description="testing $name (boots a machine)", pool="machines")
    ninja.rule("console", "$command", description="$text", pool="console")


def write_root(context):
    """The edges of rootfs.tar and of the boot volume's other files."""
    settings = context.settings
    rows = [list(row) for row in settings["root"]]
    rows += [["built", guest, built] for guest, built in sorted(context.root_files.items())]
    write_if_changed("build/gen/rootfs.json", json.dumps(rows, indent=1) + "\n")
    write_if_changed("build/gen/boot.cfg", settings["boot.cfg"])
    context.ninja.comment("The root archive: rows that install or `tar -rf` added survive.")
    context.ninja.edge("rootfs.tar", "tool", implicit=["build/gen/rootfs.json", "tools/rootfs.py", "tools/pax.py",
                                                       *sorted(context.root_files.values())],
                       command="python3 tools/rootfs.py build build/gen/rootfs.json", text="making rootfs.tar")
    context.products.append("rootfs.tar")
    context.volume["rootfs.tar"] = "rootfs.tar"
    context.volume["boot.cfg"] = "build/gen/boot.cfg"
    write_if_changed("build/gen/volume.json", json.dumps(context.volume, indent=1) + "\n")


def write_verbs(context):
    """`ninja run`, `ninja image` and the like: configure.py's verbs, after what they need is built."""
    ninja = context.ninja
    ninja.comment("Verbs and groups.")
    boot = sorted(context.volume.values())
    for verb in ("run", "run-gdb", "image"):
        ninja.edge(verb, "console", implicit=boot, command=f"python3 configure.py --built {verb}", text=verb)
    for name, outputs in context.products_of.items():
        ninja.edge(f"just-{name}", "phony", outputs)
    ninja.edge("test", "console", implicit=context.results, command="python3 tools/testrun.py summary build/gen/tests.list",
               text="test")
    ninja.edge("boot", "phony", boot)
    ninja.edge("everything", "phony", context.products)
    ninja.lines.append("default everything")


def generate(components, settings):
    """Write build.ninja for COMPONENTS. SETTINGS: root (rows of the archive), boot.cfg (its text)."""
    context = Context(settings)
    write_rules(context.ninja)
    for component in components:
        check(component)
        folders = [folder for folder in component["sources"] if os.path.exists(folder)]
        context.watched.update(parent for folder in component["sources"] if (parent := os.path.dirname(folder)))
        if folders:
            context.ninja.comment(f"{component['name']}: {component['kind']} from {', '.join(folders)}")
            KINDS[component["kind"]][0](context, dict(component, sources=folders))
    write_root(context)
    engine_tests.write_list(context)
    write_verbs(context)
    context.ninja.comment("build.ninja itself: made again when a source folder's listing changes.")
    write_if_changed("build/gen/build.ninja.d", f"build.ninja: {' '.join(sorted(context.watched))}\n")
    context.ninja.edge("build.ninja", "configure", implicit=["configure.py", *sorted(glob.glob("tools/*.py"))])
    context.ninja.write()
