import pypto.language.distributed as pld  #~ error[E1202]: distributed programs are not supported
