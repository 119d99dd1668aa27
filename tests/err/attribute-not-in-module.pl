import _host_lib

print(_host_lib.ROW)  #~ error[E0202]: module `_host_lib` has no name `ROW`  #~ help: did you mean `ROWS`?
