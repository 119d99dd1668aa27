from dataclasses import asdict, dataclass, field


@dataclass
class Node:
    below: list = field(default_factory=list)


node = Node()
node.below.append(node)
print(asdict(node))  #~ error[E1111]: nested too deeply
