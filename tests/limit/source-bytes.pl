# args: --limit source-bytes=64
#~? error[E1101]: limit `source-bytes` is 64, met
x = 1
