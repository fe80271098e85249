import time

from oddities.base import Odd


class Hanging(Odd):
    def solve(self, program, orders, watch):
        self.first_report(program, watch)
        while True:
            time.sleep(1.0)


BACKEND = Hanging()
