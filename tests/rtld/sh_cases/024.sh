cat <<-EOF
	tabbed
	  two
	EOF
