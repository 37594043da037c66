"""The programs of the network against this machine's, through QEMU's user networking."""

from harness import booted, check_exec, output_of
from network import HOST, pages, pattern


def fetch(guest, *arguments, status=0):
    """fetch's standard output; it must end with STATUS."""
    result = guest.run(["/sbin/fetch", *arguments], timeout=60)
    assert result.status == status, f"fetch {arguments}: status {result.status}, stderr {result.stderr!r}"
    return result.stdout


def test_first_program():
    """The first program that exec starts has the network already, and names servers."""
    data = pattern(5 << 20)
    with pages(data) as port:
        check_exec("--net", "user", "--", "/sbin/fetch", f"http://{HOST}:{port}/big", stdout=data)
    check_exec("--net", "user", "--", "/sbin/grep", "-c", "nameserver 10.0.2.3", "/etc/resolv.conf", stdout=b"1\n")


def test_fetch():
    """Redirections, chunks, ranges, continued files, and servers that do it wrong."""
    data = pattern(1 << 20)
    with pages(data) as port, booted(net="user") as guest:
        base = f"http://{HOST}:{port}"
        assert fetch(guest, f"{base}/redirect/3") == data
        assert fetch(guest, f"{base}/chunked") == data[:100025]
        assert fetch(guest, "-r", "100-199", f"{base}/big") == data[100:200]
        fetch(guest, "-o", "/tmp/part", "-r", "0-99999", f"{base}/big")
        fetch(guest, "-c", "-o", "/tmp/part", f"{base}/big")
        assert output_of(guest, "/sbin/cat", "/tmp/part") == data
        fetch(guest, "-c", "-o", "/tmp/part", f"{base}/big")
        assert fetch(guest, f"{base}/none", status=6) == b""
        for path in ("cut", "badchunk", "garbage"):
            fetch(guest, f"{base}/{path}", status=5)
        fetch(guest, f"{base}/redirect/30", status=5)
        fetch(guest, f"http://{HOST}:1/", status=4)
        fetch(guest, "-t", "1", "http://10.0.2.99/", status=4)
        fetch(guest, "ftp://x/", status=2)
