echo a | cat | cat | tr a b
