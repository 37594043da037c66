echo a; # comment ' here
