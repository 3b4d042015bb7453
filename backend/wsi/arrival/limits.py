"""What the process that opens an arriving file may use. A file that wants more is refused, and the worker lives."""

import resource
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Address space and processor seconds of the process, and seconds on the clock until its parent ends it.

    `opening_cpu_s` holds until the file is known to be a slide; converting and rewriting a large one takes longer.
    """

    memory_bytes: int = 4 * 2**30
    opening_cpu_s: int = 120
    cpu_s: int = 2 * 3600
    wall_s: float = 3 * 3600.0

    def as_dict(self) -> dict[str, float]:
        """Return it as it is handed to the process."""
        return asdict(self)

    def apply(self) -> None:
        """Bind this process, for good."""
        memory = min(self.memory_bytes, _ceiling(resource.RLIMIT_AS))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        most = min(self.cpu_s, _ceiling(resource.RLIMIT_CPU))
        resource.setrlimit(resource.RLIMIT_CPU, (min(self.opening_cpu_s, most), most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_long_work() -> None:
    """Raise the processor time to all that there is: the file has been judged and is now worked on."""
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


def _ceiling(which: int) -> int:
    hard = resource.getrlimit(which)[1]
    return 2**62 if hard == resource.RLIM_INFINITY else hard
