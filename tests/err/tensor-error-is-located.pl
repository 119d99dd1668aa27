import torch

a = torch.zeros(2, 3)
b = a @ a  #~ error[E0806]: [2, 3]
