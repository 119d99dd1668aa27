import os

home = os.environ["HOME"]  #~ error[E0803]: KeyError: 'HOME'  #~ help: `--env HOME`
