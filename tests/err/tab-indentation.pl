if True:
	x = 1
#~^ error[E0103]: a tab in the indentation
	y = 2
