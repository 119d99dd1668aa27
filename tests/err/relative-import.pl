from .sibling import NAME  #~ error[E0204]: relative imports are not supported
