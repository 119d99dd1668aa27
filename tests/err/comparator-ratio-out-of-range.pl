from golden import ratio_allclose

ratio_allclose(max_error_ratio=1.5)  #~ error[E1009]: max_error_ratio is 1.5; it must lie in [0, 1]
# exit: 4
