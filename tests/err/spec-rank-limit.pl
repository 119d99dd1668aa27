import torch
from golden import TensorSpec

TensorSpec("x", [1] * 7, torch.float32)  #~ error[E1104]: tensor `x` has rank 7; the limit is 6
