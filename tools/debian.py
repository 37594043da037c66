"""Debian packages that are not installed, but fetched by name and unpacked: the other kernel, and the sources of programs.

This machine's own apt settings say from where; apt works in a folder of its own, so that nothing of the machine changes and
nobody needs to be root. Whoever calls decides what a FetchError means.
"""

import glob
import os
import re
import shutil
import subprocess
import tempfile

TIMEOUT = 120  # seconds for one command of apt


class FetchError(Exception):
    """A package could not be fetched or unpacked, in words."""


def apt_words(folder, kind="deb-src"):
    """The start of a command of apt-get that uses FOLDER, with the places of packages of KIND that this machine knows."""
    for name in ("lists/partial", "cache/archives/partial", "parts"):
        os.makedirs(os.path.join(folder, name))
    for path in ["/etc/apt/sources.list", *glob.glob("/etc/apt/sources.list.d/*")]:
        if not path.endswith((".list", ".sources")) or not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"^deb\s", f"{kind} ", file.read(), flags=re.M)
        text = re.sub(r"^(Types:\s*)deb\s*$", rf"\1{kind}", text, flags=re.M)
        with open(os.path.join(folder, "parts", os.path.basename(path)), "w", encoding="utf-8") as file:
            file.write(text)
    settings = {"Dir::Etc::SourceList": "/dev/null", "Dir::Etc::SourceParts": f"{folder}/parts",
                "Dir::State::Lists": f"{folder}/lists", "Dir::Cache": f"{folder}/cache"}
    return ["apt-get", "-q", *(word for key, value in settings.items() for word in ("-o", f"{key}={value}"))]


def _run(words, folder, what):
    try:
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        raise FetchError(f"{what} took too long") from None
    if done.returncode:
        raise FetchError(f"{what} failed: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout


def _need_apt():
    if not shutil.which("apt-get"):
        raise FetchError("there is no apt-get to fetch packages with")


def fetch_source(package, target):
    """Unpack the upstream source of PACKAGE into the new folder TARGET; raises FetchError."""
    _need_apt()
    with tempfile.TemporaryDirectory(prefix="astra-source.") as folder:
        words = apt_words(folder)
        _run([*words, "update"], folder, "apt-get update")
        _run([*words, "source", "--download-only", package], folder, f"fetching the source of {package}")
        archive, = glob.glob(f"{folder}/*.orig.tar.*")
        os.makedirs(target)
        _run(["tar", "-xf", archive, "-C", os.path.abspath(target), "--strip-components=1"], folder, "unpacking it")


def fetch_binaries(packages, target):
    """Unpack PACKAGES, by their real names and without what they depend on, into the new folder TARGET, which appears when it is whole."""
    _need_apt()
    with tempfile.TemporaryDirectory(prefix="astra-package.") as folder:
        words = apt_words(folder, "deb")
        _run([*words, "update"], folder, "apt-get update")
        _run([*words, "download", *packages], folder, "fetching packages")
        os.makedirs(os.path.dirname(target), exist_ok=True)
        whole = tempfile.mkdtemp(prefix=os.path.basename(target) + ".", dir=os.path.dirname(target))
        for archive in glob.glob(f"{folder}/*.deb"):
            _run(["dpkg-deb", "-x", archive, os.path.abspath(whole)], folder, "unpacking them")
        if os.path.exists(target):
            shutil.rmtree(whole)  # somebody else was faster
        else:
            os.rename(whole, target)


def fetch_binary(package, target):
    """Unpack PACKAGE, or what a package without files of its own depends on first, into TARGET; returns its real name."""
    _need_apt()
    with tempfile.TemporaryDirectory(prefix="astra-package.") as folder:
        words = apt_words(folder, "deb")
        _run([*words, "update"], folder, "apt-get update")
        cache = ["apt-cache", *words[2:]]
        depends = re.findall(rf"^ *Depends: ({re.escape(package.split('-cloud')[0])}-\d\S*)$",
                             _run([*cache, "depends", package], folder, f"looking {package} up"), flags=re.M)
        real = depends[0] if depends else package
        _run([*words, "download", real], folder, f"fetching {real}")
        archive, = glob.glob(f"{folder}/*.deb")
        os.makedirs(target, exist_ok=True)
        _run(["dpkg-deb", "-x", archive, os.path.abspath(target)], folder, "unpacking it")
    return real
