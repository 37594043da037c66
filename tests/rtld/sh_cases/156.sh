trap 'echo usr' USR1; kill -USR1 $$; echo after
