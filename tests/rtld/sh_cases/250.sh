(sleep 0.05; echo bg) & echo fg; wait; echo done
