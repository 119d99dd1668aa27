with print("x"):  #~ error[E0801]: `with` is in the host language only as `with torch.no_grad():`
    pass
