import triton.language as tl  #~ error[E0204]: a dotted path to a file cannot be imported  #~ help: packages of Python are not there
