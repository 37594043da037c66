trap "echo 'quoted  it'" EXIT; trap
