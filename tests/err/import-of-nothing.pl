import
#~^ error[E0109]: expected a name, found end of line
from math import
#~^ error[E0109]: expected
