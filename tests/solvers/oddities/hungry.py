import numpy as np

from oddities.base import Odd


class Hungry(Odd):
    def solve(self, program, orders, watch):
        self.first_report(program, watch)
        hoard = []
        while True:
            hoard.append(np.ones(2**20))


BACKEND = Hungry()
