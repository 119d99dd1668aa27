import torch
from golden import ScalarSpec

ScalarSpec("n", torch.int8, 127)
ScalarSpec("n", torch.int8, 128)  #~ error[E1004]: scalar `n`: 128 is out of range for torch.int8
# exit: 4
