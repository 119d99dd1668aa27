class Config:
    A = 1

    def twice(self):  #~ error[E0801]: only `NAME = constant` is possible in a plain class
        return 2
