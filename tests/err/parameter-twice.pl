def f(a, a):
#~^ error[E0109]: expected different names, found the parameter `a` twice
    return a
