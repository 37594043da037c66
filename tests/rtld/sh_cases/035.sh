printf '%.2f %e\n' 3.14159 1000
