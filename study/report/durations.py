"""What is said of the durations that were simulated: from the law file itself, whichever was given."""

from collections.abc import Mapping
from dataclasses import dataclass

from study.report.fact import STEP, Fact
from study.report.html import Html, join, num, quote, say

#: The law file that was given, as it is called beside the page.
COPY = "durations.yaml"
#: When the durations were measured, in a law file's source: the first that it has.
_DATES = ("date", "from")


@dataclass(frozen=True)
class Durations:
    """`file`: where the laws can be looked up; `text`: of a file that was given, else empty; `source` and
    `machine` as the file has them; `reference`: index that its machine was taken to have, c2-60 being one.
    """

    file: str
    text: str
    source: Mapping[str, object]
    machine: Mapping[str, object]
    reference: Fact

    @property
    def copies(self) -> dict[str, str]:
        """Files of the page's folder."""
        return {COPY: self.text} if self.text else {}

    def sentence(self) -> Html:
        """Of when and what they are, and what a core is taken for; neither capital nor full stop."""
        key = next((k for k in _DATES if k in self.source), None)
        when = quote(str(self.source[key]), f"{self.file}: source{STEP}{key}") if key else None
        cpu = self.machine.get("cpu")
        what = quote(str(cpu), f"{self.file}: machine{STEP}cpu") if cpu else say("not named")
        return say(
            "the durations simulated are {when}(machine {what}); a core of that machine is taken to be "
            "{speed} as one of c2-60",
            when=join("of ", when, " ") if when else "",
            what=what,
            speed="as fast"
            if self.reference.value == 1
            else join(num(self.reference, "g"), " times as fast"),
        )

    def all(self) -> Html:
        """All that the file says of itself."""
        parts = {"source": self.source, "machine": self.machine}
        told = [
            quote(f"{title}: {', '.join(f'{k} {v}' for k, v in said.items())}. ", f"{self.file}: {title}")
            for title, said in parts.items()
            if said
        ]
        return join(*told, say("Index that its machine is taken for: {x}.", x=num(self.reference, "g")))
