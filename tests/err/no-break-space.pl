x = 1
#~^ error[E0102]: (U+00A0) cannot stand here
#~^^ help: replace it by a plain space
