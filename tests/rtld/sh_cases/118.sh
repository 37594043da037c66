[ "(" = "(" ] && echo paren; [ -n ] && echo single; [ = ] && echo eqs
