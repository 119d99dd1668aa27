from dataclasses import dataclass


@dataclass
class C:
    a: int

    @property
    def b(self):  #~ error[E0801]: a property must consist of one `return`
        x = self.a
        return x
