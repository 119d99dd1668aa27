x = 1 \ + 2
#~^ error[E0102]: a backslash stands at the end of its line only
