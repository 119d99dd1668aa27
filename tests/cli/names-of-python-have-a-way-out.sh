# Python and torch have more than the host language: what is not there is refused with what to
# write instead.
try() {
    printf '%s\n' "$1" >a.pl
    $QWC run -q a.pl 2>&1 >/dev/null | sed -n '1p; s/^ *= help: /    /p'
}
while read -r line; do try "$line"; done <<'END'
if (n := 3) > 2: print(n)
x = {1, 2}
x = {i for i in range(3)}
f = open("x.bin")
import numpy as np
import itertools
import functools
import random
from collections import defaultdict
import json
import nowhere
import torch; torch.save(1, "x.pt")
import torch; x = torch.load("x.pt")
import torch; x = torch.zeros(2).numpy()
import torch; x = torch.lerp(1, 2, 0.5)
import torch; x = torch.polar(1, 2)
import torch; x = torch.zeros(2).unsqueeze_(0)
import torch; x = torch.zeros(2).sqeeze(0)
import torch.nn.functional as F; F.mse_loss(1, 2)
x = {1: 2}.clear()
x = set([1]).add(2)
x = "a b".rsplit()
import argparse; argparse.ArgumentParser().add_subparsers()
import os; os.system("true")
END
printf 'def f():\n    yield 1\nf()\n' >a.pl
$QWC run -q a.pl 2>&1 | sed -n '1p; s/^ *= help: /    /p'
printf 'match 1:\n    case 1: pass\n' >a.pl
$QWC run -q a.pl 2>&1 | sed -n '1p; s/^ *= help: /    /p'
