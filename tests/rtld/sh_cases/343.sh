trap 'echo trap' EXIT; exec nothere
