sh -v -c 'echo a' 2>/dev/null; printf 'set -v\necho b\necho c\n' >/tmp/sh_v; sh /tmp/sh_v 2>&1; rm /tmp/sh_v
