import os

from oddities.base import Odd


class CrashingEarly(Odd):
    def solve(self, program, orders, watch):
        os.abort()


BACKEND = CrashingEarly()
