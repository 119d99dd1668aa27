import torch

x = torch.zeross(3)  #~ error[E0804]: module `torch` has no name `zeross`  #~ help: did you mean `zeros`?
