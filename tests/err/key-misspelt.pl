d = {"rows": 1, "columns": 2}
del d["row"]  #~ error[E0803]: KeyError: 'row'  #~ help: did you mean `rows`?
