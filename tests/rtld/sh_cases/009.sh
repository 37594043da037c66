echo `echo back` $(echo sub $(echo nested))
