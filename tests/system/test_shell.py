"""The shell: every case of tests/rtld/sh_cases, with what dash on the build machine answered."""

import os

from harness import booted, rootfs

FOLDER = "tests/rtld"


def case_rows():
    """The driver and its cases, as members below /sh."""
    rows = rootfs.from_host(os.path.join(FOLDER, "run_sh_cases.sh"), "/sh/run_sh_cases.sh")
    for name in sorted(os.listdir(os.path.join(FOLDER, "sh_cases"))):
        rows += rootfs.from_tree(os.path.join(FOLDER, "sh_cases", name), f"/sh/sh_cases/{name}")
    return rows


def test_cases():
    with booted(smp=2, rows=case_rows()) as guest:
        result = guest.run(["/sbin/sh", "/sh/run_sh_cases.sh", "/sh/sh_cases", "/sbin/sh"], timeout=200)
    assert result.status == 0, result.stdout.decode(errors="replace")[-3000:]
