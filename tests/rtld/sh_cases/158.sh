trap 'echo a' INT; trap 'echo b' TERM; trap
