printf '%d %i %o %u %x %X\n' 10 -10 8 7 255 255
