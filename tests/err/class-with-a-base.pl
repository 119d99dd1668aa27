class Config(dict):  #~ error[E0801]: classes with a base class are not in the host language
    A = 1
