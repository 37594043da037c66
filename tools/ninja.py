"""build.ninja under construction: rules, edges and comments, and the compile commands beside them.

Owns the text of build.ninja and compile_commands.json. The text depends on nothing but the calls that were made, in
their order, so the same tree gives the same bytes. A file is rewritten only when its bytes differ; build.ninja also
gets a new time stamp, so that ninja sees that it has been regenerated.
"""

import json
import os


def escape(path):
    """PATH as ninja reads it in a build line."""
    return str(path).replace("$", "$$").replace(" ", "$ ").replace(":", "$:")


def write_if_changed(path, text):
    """Write TEXT to PATH unless it is there already; returns whether it was written."""
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return False
    except FileNotFoundError:
        pass
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    temporary = f"{path}.tmp{os.getpid()}"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, path)
    return True


class Ninja:
    """The contents of one build.ninja."""

    def __init__(self):
        self.lines = []
        self.commands = []  # entries of compile_commands.json
        self.outputs = set()

    def comment(self, text):
        """A comment in front of what follows."""
        self.lines += ["", *(f"# {line}" for line in text.splitlines())]

    def variable(self, name, value):
        """A variable of the whole file."""
        self.lines.append(f"{name} = {value}")

    def rule(self, name, command, **settings):
        """A rule; SETTINGS are ninja's own (description, depfile, deps, pool, restat, generator, rspfile …)."""
        self.lines += ["", f"rule {name}", f"  command = {command}"]
        self.lines += [f"  {key} = {value}" for key, value in settings.items()]

    def pool(self, name, depth):
        """At most DEPTH edges of pool NAME run at a time."""
        self.lines += ["", f"pool {name}", f"  depth = {depth}"]

    def edge(self, outputs, rule, inputs=(), implicit=(), order_only=(), **variables):
        """One build line; OUTPUTS is a path or a list of them. Returns the first output."""
        outputs = [outputs] if isinstance(outputs, str) else list(outputs)
        for output in outputs:
            if output in self.outputs:
                raise ValueError(f"two edges make {output}")
            self.outputs.add(output)
        line = f"build {' '.join(map(escape, outputs))}: {rule}"
        for mark, paths in (("", inputs), (" |", implicit), (" ||", order_only)):
            if paths:
                line += f"{mark} {' '.join(map(escape, paths))}"
        self.lines.append(line)
        self.lines += [f"  {key} = {value}" for key, value in variables.items()]
        return outputs[0]

    def compile(self, output, source, compiler, flags, **inputs):
        """An edge of rule cc, which also goes into compile_commands.json."""
        flags = " ".join(flags)
        self.commands.append({
            "directory": os.getcwd(),
            "file": source,
            "command": f"{compiler} {flags} -c {source} -o {output}",
            "output": output,
        })
        return self.edge(output, "cc", [source], cc=compiler, flags=flags, **inputs)

    def write(self, path="build.ninja"):
        """Write build.ninja and compile_commands.json."""
        write_if_changed("compile_commands.json", json.dumps(self.commands, indent=1) + "\n")
        if not write_if_changed(path, "\n".join(self.lines) + "\n"):
            os.utime(path)
