echo ${u?message} ; echo never
