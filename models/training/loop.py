"""The training loop: AdamW, cosine, autocast on a GPU, checkpoints that resume, a log that can be plotted.

What is evaluated and saved as best is the moving average of the weights, not the weights of the last step.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from rich.progress import Progress
from torch import Tensor, nn
from torch.utils.data import DataLoader, RandomSampler

from models.registry import WeightsError, best_device, placed
from models.training.average import averaged, calibrate
from models.training.dataset import Examples
from models.training.log import Log

CALIBRATED_ON = 8
"""Batches that the averaged weights take their statistics from."""

Loss = Callable[[Any, Tensor, Tensor], Tensor]
"""Of a network, its input and the truth. A loss that is a module with parameters of its own has them trained, too."""

Evaluate = Callable[[nn.Module, torch.device], dict[str, float]]


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast.

    `minutes` ends training early, with the learning rate following the clock to zero; `epoch_steps` makes an epoch of
    that many steps instead of one pass over the examples, so that a slow machine still evaluates and saves often.
    """

    epochs: int = 40
    epoch_steps: int | None = None
    minutes: float | None = None
    batch: int = 16
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    warm_up_steps: int = 100
    workers: int = 0
    seed: int = 1


class Training:
    """One run in one folder: `last.pt` to resume from, `best.pt` by the score of `evaluate`, and the log."""

    def __init__(
        self, network: nn.Module, examples: Examples, loss: Loss, evaluate: Evaluate, score: str, schedule: Schedule,
        out: Path, device: str = "auto",
    ) -> None:  # fmt: skip
        torch.manual_seed(schedule.seed)
        self.device = best_device(device)
        self.network = placed(network, self.device)
        self.average = averaged(self.network)
        self._recent: deque[Tensor] = deque(maxlen=CALIBRATED_ON)
        self.examples, self.loss, self.evaluate, self.score = examples, loss, evaluate, score
        self.schedule, self.out, self.log = schedule, out, Log(out)
        self._trained = nn.ModuleDict({"network": self.network})
        if isinstance(loss, nn.Module):
            self._trained["loss"] = loss.to(self.device)
        self.optimiser = torch.optim.AdamW(
            self._trained.parameters(), lr=schedule.learning_rate, weight_decay=schedule.weight_decay
        )
        self.scaler = torch.amp.GradScaler(enabled=self.device.type == "cuda")
        self.epoch = self.step = 0
        self.seconds = 0.0
        self.best = float("-inf")
        out.mkdir(parents=True, exist_ok=True)

    def run(self) -> None:
        """Train to the end of the schedule, from the last checkpoint if there is one."""
        self._resume()
        with Progress() as progress:
            bar = progress.add_task("training", total=1.0)
            while self._fraction() < 1:
                mean_loss = self._run_epoch(lambda: progress.update(bar, completed=self._fraction()))
                self._finish_epoch(mean_loss)
                progress.console.print(f"epoch {self.epoch}  loss {mean_loss:.4f}  best {self.score} {self.best:.4f}")
        self.log.close()

    def _fraction(self) -> float:
        """Return how much of the schedule is over, by epochs or by the clock, whichever is further."""
        by_epoch = self.step / max(1, self.schedule.epochs * self._steps_per_epoch)
        by_clock = self.seconds / 60 / self.schedule.minutes if self.schedule.minutes else 0.0
        return min(1.0, max(by_epoch, by_clock))

    @property
    def _steps_per_epoch(self) -> int:
        return self.schedule.epoch_steps or max(1, len(self.examples) // self.schedule.batch)

    def _run_epoch(self, on_step: Callable[[], None]) -> float:
        self.examples.epoch = self.epoch
        self.network.train()
        order = torch.Generator().manual_seed(self.schedule.seed + self.epoch)
        drawn = self._steps_per_epoch * self.schedule.batch
        loader = DataLoader(
            self.examples,
            self.schedule.batch,
            sampler=RandomSampler(self.examples, num_samples=drawn, generator=order),
            num_workers=self.schedule.workers,
            pin_memory=self.device.type == "cuda",
        )
        total, steps, start = 0.0, 0, time.perf_counter()
        for raster, truth in loader:
            self._recent.append(raster)
            total += self._step(raster.to(self.device, non_blocking=True), truth.to(self.device, non_blocking=True))
            steps += 1
            self.step += 1
            now = time.perf_counter()
            self.seconds, start = self.seconds + now - start, now
            on_step()
            if self._fraction() >= 1:
                break
        return total / max(1, steps)

    def _step(self, raster: Tensor, truth: Tensor) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = self._learning_rate()
        with torch.autocast(self.device.type, torch.float16, enabled=self.device.type == "cuda"):
            loss = self.loss(self.network, raster, truth)
        self.optimiser.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        self.scaler.unscale_(self.optimiser)
        nn.utils.clip_grad_norm_(self._trained.parameters(), 5.0)
        self.scaler.step(self.optimiser)
        self.scaler.update()
        self.average.update_parameters(self.network)
        return float(loss.detach())

    def _learning_rate(self) -> float:
        """Warm up linearly, then follow half a cosine to zero."""
        warm = min(1.0, (self.step + 1) / self.schedule.warm_up_steps)
        cosine = 0.5 * (1 + torch.cos(torch.tensor(torch.pi * self._fraction())).item())
        return self.schedule.learning_rate * warm * cosine

    def _finish_epoch(self, mean_loss: float) -> None:
        self.epoch += 1
        network = self.average.module
        calibrate(network, (batch.to(self.device) for batch in self._recent))
        with torch.inference_mode():
            metrics = self.evaluate(network, self.device)
        if metrics[self.score] > self.best:
            self.best = metrics[self.score]
            torch.save({"network": network.state_dict(), "metrics": metrics, "epoch": self.epoch}, self.out / "best.pt")
        seconds, rate = round(self.seconds, 1), self.optimiser.param_groups[0]["lr"]
        self.log.write(self.epoch, {"seconds": seconds, "loss": mean_loss, "learning_rate": rate, **metrics})
        self._checkpoint()

    def _checkpoint(self) -> None:
        state = {
            "trained": self._trained.state_dict(), "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(), "scaler": self.scaler.state_dict(), "epoch": self.epoch,
            "step": self.step, "seconds": self.seconds, "best": self.best, "schedule": asdict(self.schedule),
        }  # fmt: skip
        partial = self.out / "last.partial"
        torch.save(state, partial)
        partial.replace(self.out / "last.pt")

    def _resume(self) -> None:
        path = self.out / "last.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location=self.device, weights_only=True)
        if "trained" not in state:
            raise WeightsError(f"{path} was written by an earlier version; train in another folder.")
        self._trained.load_state_dict(state["trained"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.scaler.load_state_dict(state["scaler"])
        self.epoch, self.step, self.seconds, self.best = (state[k] for k in ("epoch", "step", "seconds", "best"))
