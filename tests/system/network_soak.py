"""The long runs of the network that `soak_network` starts: what leaks, or goes wrong once in a million times, shows here."""

import random
import re
import secrets
import time

import test_peers
from harness import booted, output_of, pax
from network import load_row, start_httpd

SLACK = 512  # KiB: per-CPU caches that fill up at different times


def count(guest, pattern, path):
    """The number that PATTERN's group shows in a file of the guest."""
    return int(re.search(pattern, output_of(guest, "/sbin/cat", path)).group(1))


def free_memory(guest):
    """In KiB, when the last TIME-WAIT has ended."""
    for _ in range(200):
        if count(guest, rb"tw (\d+)", "/proc/net/sockstat") == 0:
            break
        time.sleep(1)
    return count(guest, rb"MemFree:\s+(\d+)", "/proc/meminfo")


def state(guest, pid):
    """Free memory in KiB, httpd's resident memory, its descriptors, and sockets."""
    return (free_memory(guest), count(guest, rb"VmRSS:\s+(\d+)", f"/proc/{pid}/status"),
            len(output_of(guest, "/sbin/ls", f"/proc/{pid}/fd").split()), count(guest, rb"sockets: used (\d+)", "/proc/net/sockstat"))


def httpd(requests=1000000, connections=200):
    """REQUESTS in rounds of at most 50,000, so that a failure shows when it happens."""
    page = pax.Row("www/page", data=bytes(range(256)) * 4)
    with booted([load_row(), pax.Row("www", kind=pax.DIRECTORY), page], smp=2, mem=256) as guest:
        pid = start_httpd(guest)

        def ask(number):
            words = ["/bin/http_load", "127.0.0.1", "80", str(connections), str(number), "100", "/page", "/www/page"]
            result = guest.run(words, timeout=3600)
            assert result.status == 0, result.stderr
            return result.stdout.decode().strip()
        ask(5000)  # fills caches
        before = state(guest, pid)
        print(f"before: {before[0]} KiB free, httpd {before[1]} KiB with {before[2]} descriptors, {before[3]} sockets", flush=True)
        for done in range(0, requests, 50000):
            print(done, ask(min(50000, requests - done)), flush=True)
        after = state(guest, pid)
        print(f"after: {after[0]} KiB free, httpd {after[1]} KiB with {after[2]} descriptors, {after[3]} sockets", flush=True)
        assert before[0] - after[0] <= SLACK and after[1] - before[1] <= SLACK, "memory leaks"
        assert after[2:] == before[2:], "descriptors or sockets leak"


def lossy(seconds=3600, seed=None):
    """Rounds of test_peers.check_lossy until the time is over."""
    seed = secrets.randbelow(1 << 32) if seed is None else seed
    print(f"seed {seed}", flush=True)
    sizes, end, before, rounds = random.Random(seed), time.monotonic() + seconds, None, 0
    with test_peers.cables(seed) as (guest, relay, _):
        while time.monotonic() < end or rounds < 2:
            test_peers.check_lossy(guest, relay, sizes.randrange(100000, 2000000), 600)
            rounds += 1
            if before is None:
                output_of(guest, "/sbin/rm", "/tmp/1", "/tmp/2")
                before = free_memory(guest)
        output_of(guest, "/sbin/rm", "/tmp/1", "/tmp/2")
        after = free_memory(guest)
    print(f"{rounds} rounds; before: {before} KiB free; after: {after} KiB free", flush=True)
    assert before - after <= SLACK, "memory leaks"
