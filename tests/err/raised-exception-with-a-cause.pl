try:
    {}["k"]
except KeyError as err:
    raise ValueError("no such key") from err  #~ error[E0803]: ValueError: no such key  #~? note: caused by KeyError: 'k'
