import a, b.c as d
from a.b import c, d as e
from . import a
from ...a import (b, c,)
from a import *
