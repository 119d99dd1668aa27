import _host_link  #~ error[E0205]: `tests/err/_host_link.pl` lies outside the importing directory
