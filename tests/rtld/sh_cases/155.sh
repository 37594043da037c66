trap 'echo bye' 0; exit 3
