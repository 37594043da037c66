"""Boot volumes: the FAT file system that the firmware starts the loader from, and the disk image for real machines."""

import json
import os
import subprocess

LISTING = "build/gen/volume.json"
MEGABYTE = 1 << 20
LEAST_SIZE = 288 * MEGABYTE  # FAT32, which every firmware reads, needs 65525 clusters; the file is sparse
FIRST_SECTOR = 2048  # of the image's one partition: 1 MiB, as every partitioner aligns


class VolumeError(Exception):
    """A volume that could not be made, in words."""


def files():
    """What belongs on the volume: path there -> built file."""
    with open(LISTING, encoding="utf-8") as file:
        return json.load(file)


def _mtool(*arguments):
    environment = dict(os.environ, MTOOLS_SKIP_CHECK="1")
    result = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if result.returncode:
        raise VolumeError(f"{arguments[0]}: {result.stderr.strip() or result.stdout.strip()}")


def make(image, contents, offset=0):
    """Make a FAT file system with CONTENTS (path -> host file) in the file IMAGE, OFFSET bytes behind its start."""
    for path, source in contents.items():
        if not os.path.exists(source):
            raise VolumeError(f"{source} is not there, but belongs on the boot volume as {path}")
    needed = sum(os.path.getsize(source) for source in contents.values())
    size = max(needed + needed // 16 + 4 * MEGABYTE, LEAST_SIZE) // MEGABYTE * MEGABYTE
    with open(image, "ab") as file:
        file.truncate(offset + size)
    drive = f"{image}@@{offset}"
    _mtool("mformat", "-i", drive, "-F", "-c", "8", "-v", "ASTRA", "-N", "a57a0501", "-h", "16", "-s", "63", "-H",
           str(offset // 512), "-T", str(size // 512), "::")
    folders = sorted({"/".join(path.split("/")[:depth]) for path in contents for depth in range(1, path.count("/") + 1)})
    if folders:
        _mtool("mmd", "-i", drive, *(f"::{folder}" for folder in folders))
    for path, source in contents.items():
        _mtool("mcopy", "-i", drive, source, f"::{path}")
    return size


def make_image(image):
    """Make the GPT disk IMAGE with everything on its EFI system partition."""
    temporary = f"{image}.tmp"
    try:
        if os.path.exists(temporary):
            os.unlink(temporary)
        size = make(temporary, files(), FIRST_SECTOR * 512)
        with open(temporary, "ab") as file:
            file.truncate(FIRST_SECTOR * 512 + size + MEGABYTE)
        layout = ("label: gpt\nlabel-id: A57A0500-0000-4000-8000-000000000001\nunit: sectors\nfirst-lba: 2048\n"
                  f"start={FIRST_SECTOR}, size={size // 512}, type=U, name=ASTRA, uuid=A57A0500-0000-4000-8000-000000000002\n")
        result = subprocess.run(["sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", "--wipe=never", temporary],
                                input=layout, env=dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin:/sbin"),
                                capture_output=True, text=True, check=False)
        if result.returncode:
            raise VolumeError(f"sfdisk: {result.stderr.strip()}")
        os.replace(temporary, image)
    finally:
        if os.path.exists(temporary):
            os.unlink(temporary)
