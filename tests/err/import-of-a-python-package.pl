import numpy as np  #~ error[E0201]: module `numpy` not found  #~ help: packages of Python are not there: `import torch` has whole tensors
