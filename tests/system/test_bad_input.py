"""Boot volumes that are wrong: the machine says so in one sentence and ends."""

import os

from harness import boot_failure, booted, output_of, pax, program_row, temporary_file


def archive():
    """The bytes of rootfs.tar."""
    with open("rootfs.tar", "rb") as file:
        return file.read()


def failure_with(name, data, **options):
    """The sentence when the volume's file NAME consists of DATA (None: it is not there)."""
    if data is None:
        return boot_failure(files={name: None}, **options)
    with temporary_file(data) as path:
        return boot_failure(files={name: path}, **options)


def check_says(sentence, *words):
    """One of WORDS is in SENTENCE, which is not about a time-out."""
    assert any(word in sentence for word in words), sentence
    assert "was not up after" not in sentence, sentence


def test_kernel_missing():
    check_says(failure_with("kernel.elf", None), "kernel.elf")


def test_kernel_truncated():
    with open("build/boot/kernel.elf", "rb") as file:
        check_says(failure_with("kernel.elf", file.read()[:5000]), "kernel")


def test_kernel_garbage():
    check_says(failure_with("kernel.elf", os.urandom(100000)), "kernel")


def test_archive_missing():
    check_says(failure_with("rootfs.tar", None), "rootfs.tar")


def test_archive_bad_checksum():
    data = bytearray(archive())
    data[10] ^= 1
    check_says(failure_with("rootfs.tar", bytes(data)), "checksum", "archive", "tar")


def test_archive_cut():
    """Cut in the middle of a member."""
    data = archive()
    member = max(pax.read(data), key=lambda member: member.size)
    check_says(failure_with("rootfs.tar", data[:member.data_at + member.size // 2]), "archive", "tar", "member")


def test_archive_empty():
    check_says(failure_with("rootfs.tar", bytes(1024)), "init", "archive", "tar")


def test_init_missing():
    check_says(boot_failure(cmdline="init=/no/such/init"), "init")


def test_boot_cfg_garbage():
    check_says(failure_with("boot.cfg", b"\xff\xfe nonsense\n" * 20), "boot.cfg", "loader")


def test_boot_cfg_missing_kernel():
    check_says(failure_with("boot.cfg", b"kernel=/other.elf\nroot=/rootfs.tar\n"), "other.elf")


def with_rows(rows):
    """rootfs.tar with raw ROWS behind its members."""
    data = archive()
    last = list(pax.read(data))[-1]
    end = last.data_at + -(-last.size // 512) * 512
    return data[:end] + rows + bytes(1024)


def test_appended_rows():
    """Rows of another tar, with ./ prefixes and no alignment, and a later row that replaces an earlier one."""
    rows = b""
    for name, data in (("./etc/hostname", b"other\n"), ("./new/deep/file", b"text\n")):
        rows += pax.header(name.encode(), "0", len(data), 0o644, 0) + data + bytes(-len(data) % 512)
    with temporary_file(with_rows(rows)) as path, booted(archive=path) as guest:
        assert output_of(guest, "/sbin/cat", "/etc/hostname", "/new/deep/file") == b"other\ntext\n"


def test_cyclic_links():
    """Links in a circle are ELOOP for who follows them, and nothing else suffers."""
    rows = [pax.Row("a", pax.SYMLINK, target="/b"), pax.Row("b", pax.SYMLINK, target="/a"),
            pax.Row("self", pax.SYMLINK, target="self")]
    with booted(rows=rows) as guest:
        assert guest.run(["/sbin/cat", "/a"], timeout=30).status == 1
        assert guest.run(["/sbin/cat", "/self"], timeout=30).status == 1
        assert output_of(guest, "/sbin/echo", "well") == b"well\n"


def test_many_members():
    """A hundred thousand members."""
    block = b"".join(pax.header(b"many/%d/%d" % (number // 1000, number), "0", 0, 0o644, 0) for number in range(100000))
    with temporary_file(with_rows(block)) as path, booted(archive=path, mem=1024) as guest:
        assert output_of(guest, "/sbin/cat", "/many/99/99999") == b""


def test_unterminated_archive():
    """An archive without blocks of zeros at its end is whole."""
    data = archive()
    last = list(pax.read(data))[-1]
    with temporary_file(data[:last.data_at + -(-last.size // 512) * 512]) as path, booted(archive=path) as guest:
        assert output_of(guest, "/sbin/echo", "well") == b"well\n"


def test_static_program():
    """A row with a program of this machine runs."""
    with booted(rows=[program_row("/bin/busybox", "/bin/busybox")]) as guest:
        assert output_of(guest, "/bin/busybox", "echo", "hello") == b"hello\n"
