printf '%5s|%-5s|%.2s|%c|%%\n' ab ab abc xyz
