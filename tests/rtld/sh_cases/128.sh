trap 'echo int' INT; trap; trap - INT; trap
