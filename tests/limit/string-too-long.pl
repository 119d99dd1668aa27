# args: --limit token-bytes=40
x = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#~^ error[E1103]: limit `token-bytes` is 40, met 41
y = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" +
#~^ error[E0109]: expected an expression
