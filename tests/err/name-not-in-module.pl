from _host_lib import ROWS, COLUMN  #~ error[E0202]: module `_host_lib` has no name `COLUMN`  #~ help: did you mean `COLUMNS`?
