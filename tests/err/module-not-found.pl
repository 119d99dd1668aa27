import nowhere_to_be_found  #~ error[E0201]: module `nowhere_to_be_found` not found; searched `tests/err`  #~ help: name the directory of `nowhere_to_be_found.pl` with `-I DIR`
