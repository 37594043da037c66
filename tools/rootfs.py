#!/usr/bin/env python3
"""rootfs.tar: what the kernel mounts at /.

    rootfs.py build LIST.json     made by ninja: the rows of the list, then what was there and is not the builder's

Three kinds of rows live in it, told apart by the mark in their extended headers (tools/pax.py): the build's own, made
anew each time; those that `install` put there; and those that somebody appended with tar, which come last, so that
they win, and are carried over byte for byte. Changes are made in a temporary file that replaces the archive at the
end, under a lock, so that an interrupted build leaves the old one.
"""

import contextlib
import fcntl
import json
import os
import stat
import sys

import elf
import pax

ARCHIVE = "rootfs.tar"


class RootError(Exception):
    """Something about the archive or a file for it, in words."""


@contextlib.contextmanager
def locked():
    """One writer of the archive at a time."""
    os.makedirs("build", exist_ok=True)
    with open("build/rootfs.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def members(path=ARCHIVE):
    """The rows of the archive, none if there is no archive; raises RootError when it cannot be read."""
    try:
        with open(path, "rb") as file:
            return list(pax.read(file.read()))
    except FileNotFoundError:
        return []
    except pax.TarError as error:
        raise RootError(f"{path}: {error}; move it away and build again for a new one") from None


def write(rows, path=ARCHIVE):
    """Replace the archive by ROWS: (pax.Row, origin) pairs, and bytes that are carried over."""
    temporary = f"{path}.{os.getpid()}.new"
    try:
        with open(temporary, "wb") as file:
            for row in rows:
                file.write(row if isinstance(row, bytes) else pax.encode(row[0], file.tell(), row[1]))
            file.write(pax.finish(file.tell()))
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def own_row(kind, guest, value):
    """The row of one entry of configure.py's list: a directory's mode, a link's target, a text, or a built file."""
    path = guest.lstrip("/")
    if kind == "directory":
        return pax.Row(path, pax.DIRECTORY, mode=int(value, 8))
    if kind == "link":
        return pax.Row(path, pax.SYMLINK, mode=0o777, target=value)
    if kind == "text":
        return pax.Row(path, data=value.encode(), mode=0o644)
    with open(value, "rb") as file:
        return pax.Row(path, data=file.read(), mode=0o755)


def parents(rows, have):
    """ROWS with the directories in front that they need and that are not in HAVE (guest paths)."""
    result, have = [], set(have)
    for row in rows:
        parts = row.path.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            if folder and "/" + folder not in have:
                have.add("/" + folder)
                result.append(pax.Row(folder, pax.DIRECTORY, mode=0o755))
        have.add("/" + row.path)
        result.append(row)
    return result


def from_host(host, guest):
    """The rows that put the host's file or folder HOST at GUEST; raises RootError."""
    path = guest.strip("/")
    try:
        if os.path.isdir(host):
            rows = [pax.Row(path, pax.DIRECTORY, mode=stat.S_IMODE(os.stat(host).st_mode))] if path else []
            for name in sorted(os.listdir(host)):
                rows += from_tree(os.path.join(host, name), f"{path}/{name}")
            return rows
        mode = stat.S_IMODE(os.stat(host).st_mode)
        with open(host, "rb") as file:
            return [pax.Row(path, data=file.read(), mode=mode)]
    except OSError as error:
        raise RootError(f"{host}: {error.strerror}") from None


def from_tree(host, guest):
    """As from_host(), for what lies inside an added folder: there, links stay links."""
    if os.path.islink(host):
        return [pax.Row(guest.strip("/"), pax.SYMLINK, mode=0o777, target=os.readlink(host))]
    if not os.path.isdir(host) and not os.path.isfile(host):
        raise RootError(f"{host}: neither a file, a folder nor a link")
    return from_host(host, guest)


def split(argument):
    """HOST[:GUEST] taken apart; GUEST is "" when it is not there."""
    host, colon, guest = argument.rpartition(":")
    if not colon or os.path.exists(argument):
        return argument, ""
    if not guest.startswith("/"):
        raise RootError(f"{argument}: the path behind the colon must begin with a slash")
    return host, pax.clean(guest)


def rows_of(argument, present):
    """All rows for one HOST[:GUEST] of install or --add, with what a dynamic program needs; raises RootError."""
    host, guest = split(argument)
    if not os.path.exists(host):
        raise RootError(f"{host}: no such file")
    if os.path.isdir(host):
        return from_host(host, guest or pax.clean(os.path.abspath(host)))
    row, = from_host(host, guest or "/")
    needs = []
    program = elf.is_elf(row.data)
    if program:
        try:
            elf.check(host, row.data)
            program = elf.is_executable(row.data)
            needs = elf.closure(host, row.data, present) if program else []
        except elf.ElfError as error:
            raise RootError(str(error)) from None
        row.mode |= 0o111 if program else 0
    if not guest:
        row.path = f"bin/{os.path.basename(host)}" if program else os.path.abspath(host).lstrip("/")
    rows = [row]
    for path in needs:
        rows += from_host(path, path)
    return rows


def describe_foreign(foreign):
    """Say on stderr which rows are carried over."""
    names = [member.path for member in foreign]
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    print(f"rootfs.tar: keeping {len(names)} row{'s' if len(names) > 1 else ''} appended by hand: {shown}", file=sys.stderr)


def build(listing):
    """Make the archive from configure.py's list; keeps what the list does not own."""
    with open(listing, encoding="utf-8") as file:
        own = [own_row(*entry) for entry in json.load(file)]
    with locked():
        old = members()
        installed = [member for member in old if member.origin == pax.ORIGIN_INSTALL]
        foreign = [member for member in old if member.origin == ""]
        if foreign:
            describe_foreign(foreign)
        rows = [(row, pax.ORIGIN_BUILD) for row in parents(own, ())]
        rows += [(reread(member), pax.ORIGIN_INSTALL) for member in installed]
        write(rows + [member.raw for member in foreign])


def reread(member):
    """The Row that MEMBER of an archive was written from."""
    end = len(member.raw)
    start = end - (-(-member.size // pax.BLOCK)) * pax.BLOCK
    return pax.Row(member.path.lstrip("/"), member.kind, member.raw[start:start + member.size], member.mode, member.target)


def rewrite(change):
    """Replace the installed rows by CHANGE(installed rows, paths of all other rows); the others stay."""
    with locked():
        old = members()
        installed = [reread(member) for member in old if member.origin == pax.ORIGIN_INSTALL]
        others = {member.path for member in old if member.origin != pax.ORIGIN_INSTALL}
        installed = change(installed, others)
        rows = [(reread(member), pax.ORIGIN_BUILD) for member in old if member.origin == pax.ORIGIN_BUILD]
        rows += [(row, pax.ORIGIN_INSTALL) for row in installed]
        write(rows + [member.raw for member in old if member.origin == ""])


def install(arguments):
    """Put each HOST[:GUEST] into the archive for good; returns the guest paths."""
    paths = []

    def change(installed, others):
        kept = {row.path: row for row in installed}
        for argument in arguments:
            present = others | {"/" + path for path in kept}
            for row in parents(rows_of(argument, lambda path, have=present: pax.clean(path) in have), present):
                kept[row.path] = row
                paths.append("/" + row.path)
        return list(kept.values())

    rewrite(change)
    return paths


def uninstall(guests):
    """Take the installed rows GUESTS, and what is below them, out of the archive."""
    def change(installed, _others):
        for guest in map(pax.clean, guests):
            left = [row for row in installed if "/" + row.path != guest and not ("/" + row.path).startswith(guest + "/")]
            if len(left) == len(installed):
                raise RootError(f"{guest}: install did not put it there")
            installed = left
        return installed

    rewrite(change)


def installed_rows():
    """The members that `install` put there."""
    return [member for member in members() if member.origin == pax.ORIGIN_INSTALL]


def append(source, target, rows):
    """Copy the archive SOURCE to TARGET with ROWS behind its members."""
    with open(source, "rb") as file:
        data = file.read()
    have, end = set(), 0
    for member in pax.read(data):
        have.add(member.path)
        end = member.data_at + -(-member.size // pax.BLOCK) * pax.BLOCK
    with open(target, "wb") as file:
        file.write(data[:end])
        for row in parents(rows, have):
            file.write(pax.encode(row, file.tell(), pax.ORIGIN_BUILD))
        file.write(pax.finish(file.tell()))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] != "build":
        sys.exit("usage: rootfs.py build LIST.json")
    try:
        build(sys.argv[2])
    except (RootError, pax.TarError, OSError) as problem:
        sys.exit(f"rootfs.py: {problem}")
