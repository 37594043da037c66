unset E; echo "[${E-unset}]"
