"""Tar archives in pax format: a writer that aligns, and a reader that accounts for every byte.

The writer puts the data of every regular member on a 4 KiB boundary, by padding the pax extended header in front
of it with a `comment` record, which every tar reads and none minds. It also marks there who wrote the row (see
ORIGIN_*), so that the rows that a person appended with `tar -rf` can be told from the builder's own without a list
kept elsewhere. The same rows give the same bytes: owner root, time zero unless the row says otherwise.

The reader splits an archive into rows without interpreting more than it must: a row's raw bytes include the
extended headers in front of it, so that it can be carried over as it is. Blocks of zeros between archives that were
concatenated are skipped.
"""

from dataclasses import dataclass

BLOCK = 512
PAGE = 4096
MAX_OCTAL_SIZE = 0o77777777777  # what an 11-digit size field holds

ORIGIN_BUILD = "astra build"  # a row made from the source tree: replaced by every build
ORIGIN_INSTALL = "astra install"  # a row put there by `install`: stays until `uninstall`

REGULAR, HARD_LINK, SYMLINK, DIRECTORY = "0", "1", "2", "5"
EXTENDED, GLOBAL, GNU_NAME, GNU_LINK = "x", "g", "L", "K"


class TarError(Exception):
    """An archive that cannot be read, in words, with the byte where it goes wrong."""


@dataclass
class Row:
    """A member to write. `data` is bytes; `target` is for links; `path` has no leading slash."""
    path: str
    kind: str = REGULAR
    data: bytes = b""
    mode: int = 0o644
    target: str = ""
    mtime: int = 0


@dataclass
class Member:
    """A member as read: `raw` is the whole row with its extended headers; `data_at` its data's offset in the archive."""
    path: str
    kind: str
    size: int
    mode: int
    target: str
    origin: str  # ORIGIN_BUILD, ORIGIN_INSTALL, or "" for a row of somebody else
    raw: bytes
    data_at: int


def clean(path):
    """PATH as the guest sees it: one leading slash, no dots, no doubled or trailing slashes."""
    return "/" + "/".join(part for part in path.split("/") if part not in ("", "."))


def _octal(value, width):
    return b"%0*o\0" % (width - 1, value)


def header(name, kind, size, mode, mtime, target=b""):
    """One ustar header block; NAME and TARGET are bytes that fit."""
    head = bytearray(BLOCK)
    head[0:len(name)] = name
    head[100:108] = _octal(mode, 8)
    head[108:116] = head[116:124] = _octal(0, 8)
    head[124:136] = _octal(size, 12)
    head[136:148] = _octal(mtime, 12)
    head[148:156] = b" " * 8
    head[156:157] = kind.encode()
    head[157:157 + len(target)] = target
    head[257:265] = b"ustar\x0000"
    head[265:269] = head[297:301] = b"root"
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def _record(key, value):
    """One pax record; its length counts its own digits."""
    body = b" " + key.encode() + b"=" + value + b"\n"
    length = len(body) + 1
    while len(b"%d" % length) + len(body) != length:
        length = len(b"%d" % length) + len(body)
    return b"%d" % length + body


def _comment(origin, length):
    """A comment record of exactly LENGTH bytes that carries ORIGIN."""
    overhead = len(b"%d" % length) + len(b" comment=\n")
    return b"%d comment=%s\n" % (length, origin.encode().ljust(length - overhead))


def _padding(size, unit=BLOCK):
    return bytes(-size % unit)


def encode(row, offset, origin):
    """The bytes of ROW when the archive is OFFSET bytes long so far."""
    name, target = row.path.encode(), row.target.encode()
    if row.kind == DIRECTORY:
        name = name.rstrip(b"/") + b"/"
    if len(row.data) > MAX_OCTAL_SIZE:
        raise TarError(f"{row.path}: larger than 8 GiB")
    records = b""
    if len(name) > 100 or not name.isascii():
        records += _record("path", name)
    if len(target) > 100 or not target.isascii():
        records += _record("linkpath", target)
    least = len(_record("comment", origin.encode()))
    blocks = -(-(len(records) + least) // BLOCK)
    if row.data:  # header, extended records and header again end on a page
        while (offset + 2 * BLOCK + blocks * BLOCK) % PAGE:
            blocks += 1
    records += _comment(origin, blocks * BLOCK - len(records))
    extended = header(b"./PaxHeaders/" + row.path.encode()[-80:].replace(b"/", b"_"), EXTENDED, len(records), 0o644, row.mtime)
    head = header(name[:100], row.kind, len(row.data), row.mode, row.mtime, target[:100])
    return extended + records + _padding(len(records)) + head + row.data + _padding(len(row.data))


def finish(size):
    """The end of an archive of SIZE bytes: two blocks of zeros, and on to a page."""
    return bytes(2 * BLOCK) + _padding(size + 2 * BLOCK, PAGE)


def _number(field, at):
    """A numeric field: octal digits, or base 256 when the top bit is set."""
    if field[0] & 0x80:
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    text = field.split(b"\0")[0].strip()
    try:
        return int(text, 8) if text else 0
    except ValueError:
        raise TarError(f"a number that is not octal in the header at byte {at}") from None


def _records(data, at):
    """The records of a pax extended header as a dictionary of bytes."""
    found, start = {}, 0
    while start < len(data):
        digits, blank, _ = data[start:start + 21].partition(b" ")
        length = int(digits) if blank and digits.isdigit() else 0
        record = data[start + len(digits) + 1:start + length]
        key, equals, value = record.partition(b"=")
        if not equals or not record.endswith(b"\n") or start + length > len(data):
            raise TarError(f"a broken extended header at byte {at}")
        found[key.decode(errors="replace")] = value[:-1]
        start += length
    return found


def _checked_header(archive, at):
    head = bytes(archive[at:at + BLOCK])
    if len(head) < BLOCK:
        raise TarError(f"it ends inside the header at byte {at}")
    stored = _number(head[148:156], at)
    if stored != sum(head) - sum(head[148:156]) + 8 * 32:
        raise TarError(f"the header at byte {at} has a bad checksum")
    return head


def _origin(records):
    comment = records.get("comment", b"").decode(errors="replace").rstrip(" ")
    return comment if comment in (ORIGIN_BUILD, ORIGIN_INSTALL) else ""


def _text(field):
    return field.split(b"\0")[0].decode(errors="surrogateescape")


def _member(head, records, archive, start, at, size):
    prefix = _text(head[345:500]) if head[257:263] == b"ustar\0" else ""
    name = (prefix + "/" if prefix else "") + _text(head[0:100])
    path = records["path"].decode(errors="surrogateescape") if "path" in records else name
    target = records["linkpath"].decode(errors="surrogateescape") if "linkpath" in records else _text(head[157:257])
    kind = chr(head[156]) if head[156] else REGULAR
    end = at + BLOCK + size + len(_padding(size))
    return Member(path=clean(path), kind=kind, size=size, mode=_number(head[100:108], at), target=target,
                  origin=_origin(records), raw=bytes(archive[start:end]), data_at=at + BLOCK)


def read(archive):
    """Yield every Member of ARCHIVE (bytes or a map of a file) in its order; raises TarError."""
    at, start, records = 0, None, {}
    while at < len(archive):
        if bytes(archive[at:at + BLOCK]).count(0) == BLOCK and start is None:
            at += BLOCK
            continue
        head = _checked_header(archive, at)
        kind = chr(head[156])
        start = at if start is None else start
        size = int(records["size"]) if "size" in records else _number(head[124:136], at)
        if kind in (HARD_LINK, SYMLINK, DIRECTORY, "3", "4", "6"):
            size = 0
        if at + BLOCK + size > len(archive):
            raise TarError(f"it ends inside the data of the member at byte {at}")
        data = archive[at + BLOCK:at + BLOCK + size] if kind in (EXTENDED, GLOBAL, GNU_NAME, GNU_LINK) else b""
        if kind == EXTENDED:
            records.update(_records(bytes(data), at))
        elif kind == GNU_NAME:
            records["path"] = bytes(data).split(b"\0")[0]
        elif kind == GNU_LINK:
            records["linkpath"] = bytes(data).split(b"\0")[0]
        elif kind != GLOBAL:
            yield _member(head, records, archive, start, at, size)
            start, records = None, {}
        at += BLOCK + size + len(_padding(size))
    if start is not None:
        raise TarError("it ends after an extended header")
