from oddities.base import Odd


class Raising(Odd):
    def solve(self, program, orders, watch):
        raise RuntimeError("the licence has run out")


BACKEND = Raising()
