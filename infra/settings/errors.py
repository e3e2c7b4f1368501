"""What is wrong with the settings: every mistake at once, one sentence each."""


class SettingsError(Exception):
    """`problems`: sentences, each naming a key, what was expected, and the remedy where it is not obvious."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
