trap 'echo hup' HUP; (sleep 0.1; kill -HUP $$; sleep 0.3) & wait; echo $?; wait
