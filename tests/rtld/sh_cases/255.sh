type echo; type if | cut -c1-5; f() { :; }; type f
