trap 'echo t $?' EXIT; false
