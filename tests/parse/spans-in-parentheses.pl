x = (a +
     b) * c
