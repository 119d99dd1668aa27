# args: --limit import-depth=1
# exit: 3
import _depth_a  #~? error[E1109]: import-depth
