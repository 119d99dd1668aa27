@staticmethod
#~^ error[E0109]: expected `def` or `class` after the decorator, found `rows`
rows = 4
