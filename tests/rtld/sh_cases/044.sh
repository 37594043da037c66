trap 'echo bye' EXIT; echo before
