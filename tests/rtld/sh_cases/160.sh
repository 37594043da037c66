trap 'echo outer' EXIT; (echo inner)
