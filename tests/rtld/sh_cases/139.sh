cat <<-X
	tabbed
		more
	X
