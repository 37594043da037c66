f() { trap 'echo ft' EXIT; }; f; echo after
