trap 'echo one' EXIT; trap 'echo two' EXIT; trap - EXIT; echo none
