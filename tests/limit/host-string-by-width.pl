s = f"{1:{10**9}d}"  #~ error[E1111]: host-string
