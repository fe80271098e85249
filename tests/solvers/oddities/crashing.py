import os
import signal

from oddities.base import Odd


class Crashing(Odd):
    def solve(self, program, orders, watch):
        self.first_report(program, watch)
        os.kill(os.getpid(), signal.SIGKILL)


BACKEND = Crashing()
