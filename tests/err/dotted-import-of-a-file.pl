import kernels.config  #~ error[E0204]: `kernels.config`: a dotted path to a file cannot be imported
