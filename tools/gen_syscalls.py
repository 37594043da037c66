#!/usr/bin/env python3
"""Generate everything that follows from abi/syscalls.def.

    gen_syscalls.py abi/syscalls.def OUTPUT_FOLDER DOCUMENT

writes into the folder
    syscalls_kernel.h    prototypes of the handlers:  long sys_read(int fd, uaddr buf, size_t count);
    syscalls_table.inc   the dispatch table's rows:   [0] = SYSCALL_ENTRY(read),
    syscalls_user.inc    libastra's stubs:            STUB(0, read)
    syscalls_decode.inc  the tracer's rows:           DECODE(0, "read", 3, "fd fd", "out byte buf[count]", "size count")
and the table for people as DOCUMENT (Markdown). The format of the definitions is documented in syscalls.def itself;
whatever does not follow it ends the program with the file's line number.
"""

import re
import sys

from ninja import write_if_changed

VALUES = {
    "int": "int", "uint": "unsigned int", "long": "long", "ulong": "unsigned long", "size": "size_t", "off": "int64_t",
    "fd": "int", "dirfd": "int", "pid": "int", "uid": "unsigned int", "gid": "unsigned int", "mode": "unsigned int",
    "signal": "int", "clockid": "int", "addr": "uaddr", "path": "uaddr", "strings": "uaddr",
}
DIRECTIONS = ("in", "out", "inout")
CALL = re.compile(r"SYSCALL\(\s*(\d+),\s*(\w+),\s*(0|BLOCKS)((?:,\s*\"[^\"]*\")*)\s*\)\s*$")
ARGUMENT = re.compile(r"(?:(in|out|inout) )?(\w+) (\w+)(?:\[(\w+)\])?(\?)?$")


class Call:
    """One system call: number, name, whether it may block, and its arguments as (C type, name, text)."""

    def __init__(self, number, name, blocks, arguments):
        self.number, self.name, self.blocks, self.arguments = number, name, blocks, arguments

    def prototype(self):
        """The handler's declaration."""
        parameters = ", ".join(f"{kind} {name}" for kind, name, _ in self.arguments)
        return f"long sys_{self.name}({parameters or 'void'});"


def parse_argument(text):
    """(C type, name, text) of one argument; raises ValueError with the reason."""
    match = ARGUMENT.match(text)
    if not match:
        raise ValueError(f'argument "{text}" does not follow the format')
    direction, kind, name, count, _ = match.groups()
    if not direction and kind not in VALUES:
        raise ValueError(f'argument "{text}": unknown kind {kind}')
    if not direction and count:
        raise ValueError(f'argument "{text}": a count needs a direction')
    return ("uaddr" if direction else VALUES[kind]), name, text


def parse(text):
    """The calls of a definition file, in its order."""
    body = re.sub(r"/\*.*?\*/", lambda match: "\n" * match.group().count("\n"), text, flags=re.DOTALL)
    calls = []
    for line_number, line in enumerate(body.splitlines(), 1):
        if not line.strip():
            continue
        try:
            match = CALL.match(line)
            if not match:
                raise ValueError("not a SYSCALL(number, name, flags, \"argument\", …) line")
            arguments = [parse_argument(item) for item in re.findall(r'"([^"]*)"', match.group(4))]
            if len(arguments) > 6:
                raise ValueError("more than six arguments")
            names = [name for _, name, _ in arguments]
            for item in re.findall(r"\[([a-z_]\w*)\]", match.group(4)):
                if item not in names:
                    raise ValueError(f"count {item} is not an argument")
            if calls and int(match.group(1)) <= calls[-1].number:
                raise ValueError("numbers must ascend")
            calls.append(Call(int(match.group(1)), match.group(2), match.group(3) == "BLOCKS", arguments))
        except ValueError as error:
            sys.exit(f"abi/syscalls.def:{line_number}: {error}")
    return calls


def kernel_header(calls):
    """The kernel's prototypes and the size of its table."""
    lines = ["/* Generated from abi/syscalls.def. */",
             "#ifndef GEN_SYSCALLS_KERNEL_H", "#define GEN_SYSCALLS_KERNEL_H", "", '#include "lib/types.h"', "",
             f"#define SYSCALL_MAX {calls[-1].number}	/* the highest number in use */", ""]
    return "\n".join(lines + [call.prototype() for call in calls] + ["", "#endif", ""])


def document(calls):
    """docs/SYSCALLS.md."""
    lines = ["# System calls", "",
             "Generated from `abi/syscalls.def`; do not edit. Numbers, structures and errors are Linux's for x86-64, and the",
             "specification of each call is section 2 of the Linux manual pages. A number that is not in the table answers",
             "ENOSYS. `?` after an argument: it may be null.", "",
             "| number | call | arguments | may sleep |", "|---:|---|---|---|"]
    for call in calls:
        arguments = ", ".join(f"`{text}`" for _, _, text in call.arguments) or "none"
        lines.append(f"| {call.number} | {call.name} | {arguments} | {'yes' if call.blocks else ''} |")
    return "\n".join(lines + ["", f"{len(calls)} calls.", ""])


def decode_row(call):
    """The tracer's row of one call."""
    texts = "".join(f', "{text}"' for _, _, text in call.arguments)
    return f'DECODE({call.number}, "{call.name}", {len(call.arguments)}{texts})'


def main():
    """Write every output."""
    definition, folder, markdown = sys.argv[1:]
    with open(definition, encoding="utf-8") as file:
        calls = parse(file.read())
    outputs = {
        f"{folder}/syscalls_kernel.h": kernel_header(calls),
        f"{folder}/syscalls_table.inc": "".join(f"[{call.number}] = SYSCALL_ENTRY({call.name}),\n" for call in calls),
        f"{folder}/syscalls_user.inc": "".join(f"STUB({call.number}, {call.name})\n" for call in calls),
        f"{folder}/syscalls_decode.inc": "".join(decode_row(call) + "\n" for call in calls),
        markdown: document(calls),
    }
    for path, text in outputs.items():
        write_if_changed(path, text)


if __name__ == "__main__":
    main()
