from oddities.base import Odd


class Doubtful(Odd):
    def version(self) -> str:
        return "1.14.0"

    def obstacle(self) -> str:
        return "this version answers wrongly"


BACKEND = Doubtful()
