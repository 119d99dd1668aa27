from math import *  #~ error[E0204]: `from math import *` is not supported
