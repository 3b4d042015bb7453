"""A run that is cut off goes on where it was, and what it publishes can be loaded."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tensorboardX.proto.event_pb2 import Event
from torch import nn

from models.m2cf_net import PRESETS, M2CFNet
from models.registry import WEIGHTS_DIR, WeightsError, load, read_manifest, sha256_of
from models.training.augment import FACTORS, augment_stack, moved, stain_jitter, unevenly_lit
from models.training.average import averaged, calibrate, ramped
from models.training.dataset import Examples
from models.training.loop import Schedule, Training
from models.training.publish import publish
from models.training.score import score, table
from models.training.segmentation import NAMES, CascadeLoss, dice_on, loss_of, starting_network

CPU = torch.device("cpu")


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """Two slides of four patch stacks each, whose dark square is the lesion."""
    rng = np.random.default_rng(0)
    for slide in ("a", "b"):
        folder = tmp_path / "exported" / slide
        folder.mkdir(parents=True)
        stacks = rng.integers(180, 255, (4, 3, 64, 64, 3), np.uint8)
        masks = np.zeros((4, 64, 64), np.uint8)
        masks[:, 16:48, 16:48] = 1
        stacks[:, 0, 16:48, 16:48] //= 3
        np.save(folder / "stacks.npy", stacks)
        np.save(folder / "masks.npy", masks)
    return tmp_path / "exported"


def training(exported: Path, out: Path, epochs: int, network: nn.Module | None = None) -> Training:
    examples = Examples(exported, NAMES, augment_stack)
    schedule = Schedule(epochs=epochs, batch=4, warm_up_steps=1)
    network = network or starting_network("m2cf_net", "small", None)
    return Training(network, examples, loss_of(network), dice_on(examples, 4), "dice", schedule, out, "cpu")


def test_run_that_was_cut_off_goes_on_from_its_checkpoint(exported: Path, tmp_path: Path) -> None:
    training(exported, tmp_path / "run", epochs=1).run()
    again = training(exported, tmp_path / "run", epochs=3)
    again.run()
    assert again.epoch == 3
    with (tmp_path / "run" / "log.csv").open() as log:
        assert [row["epoch"] for row in csv.DictReader(log)] == ["1", "2", "3"]


def test_coarse_blocks_are_told_where_lesions_lie_though_the_cascade_passes_nothing_on(exported: Path) -> None:
    network = M2CFNet(PRESETS["small"])
    nn.init.zeros_(network.head.weight)
    stack, mask = Examples(exported, NAMES)[0]
    loss_of(network)(network, stack[None], mask[None]).backward()  # type: ignore[no-untyped-call]  # torch's
    told = [one for name, one in network.encoders.named_parameters() if "reduce.0" not in name]  # for the finest alone
    assert all(one.grad is not None and one.grad.any() for one in told)


def test_what_only_the_loss_learns_survives_a_cut(exported: Path, tmp_path: Path) -> None:
    first, again = (training(exported, tmp_path / "run", epochs=1) for _ in range(2))
    first.run()
    again.run()
    assert isinstance(first.loss, CascadeLoss)
    assert isinstance(again.loss, CascadeLoss)
    for one, other in zip(first.loss.parameters(), again.loss.parameters(), strict=True):
        assert torch.equal(one, other)


def test_figures_of_each_epoch_are_there_for_tensorboard(exported: Path, tmp_path: Path) -> None:
    training(exported, tmp_path / "run", epochs=2).run()
    (events,) = (tmp_path / "run").glob("events.out.tfevents.*")
    found = scalars(events)
    assert [step for step, _ in found["loss"]] == [1, 2]
    assert {"learning_rate", "dice", "iou", "worst_slide_dice"} <= found.keys()
    with (tmp_path / "run" / "log.csv").open() as log:
        logged = [float(row["dice"]) for row in csv.DictReader(log)]
    assert [value for _, value in found["dice"]] == pytest.approx(logged, abs=1e-6)


def scalars(events: Path) -> dict[str, list[tuple[int, float]]]:
    """Read (step, value) by name from an event file: length, checksum, record, checksum, and so on."""
    data, found = events.read_bytes(), defaultdict[str, list[tuple[int, float]]](list)
    while data:
        length = int.from_bytes(data[:8], "little")
        event = Event.FromString(data[12 : 12 + length])
        data = data[16 + length :]
        for value in event.summary.value:
            found[value.tag].append((event.step, value.simple_value))
    return found


def test_average_of_the_weights_is_what_is_saved_as_best_and_resumed(exported: Path, tmp_path: Path) -> None:
    first = training(exported, tmp_path / "run", epochs=1)
    first.run()
    best = torch.load(tmp_path / "run" / "best.pt", weights_only=True)["network"]
    average, latest = first.average.module.state_dict(), first.network.state_dict()
    for name in ("head.weight", next(key for key in best if key.endswith("running_mean"))):
        assert torch.equal(best[name], average[name]) and not torch.equal(best[name], latest[name])
    again = training(exported, tmp_path / "run", epochs=1)
    again.run()
    assert torch.equal(again.average.module.state_dict()["head.weight"], average["head.weight"])


def test_calibrated_statistics_are_those_of_the_batches() -> None:
    layer = nn.BatchNorm2d(1)
    network = nn.Sequential(layer)
    layer.load_state_dict({"running_mean": torch.full((1,), 100.0)}, strict=False)
    batches = [torch.full((2, 1, 4, 4), value) + torch.randn(2, 1, 4, 4) * 0.01 for value in (2.0, 4.0)]
    calibrate(network, batches)
    assert layer.state_dict()["running_mean"].item() == pytest.approx(3, abs=0.05)
    assert not network.training and layer.momentum == 0.1


def test_average_soon_forgets_the_untrained_weights() -> None:
    latest = nn.Linear(1, 1)
    average = averaged(latest)
    nn.init.constant_(latest.weight, 1.0)
    average.update_parameters(latest)
    nn.init.constant_(latest.weight, 3.0)
    average.update_parameters(latest)
    assert float(average.module.state_dict()["weight"]) == pytest.approx(1 + 2 * (1 - 2 / 11))
    for _ in range(30):
        average.update_parameters(latest)
    assert float(average.module.state_dict()["weight"]) == pytest.approx(3, abs=0.01)
    assert ramped(0.99, 10_000) == 0.99


def test_published_weights_load_with_their_contract_and_refuse_to_once_altered(exported: Path, tmp_path: Path) -> None:
    training(exported, tmp_path / "run", epochs=1).run()
    folder = tmp_path / "weights"
    for _ in range(2):  # publishing again replaces the entry
        path = publish(
            tmp_path / "run", folder, name="mine", network="m2cf_net", preset="small", mpp=[1, 2, 4], patch_px=256,
            trained_on="two squares",
        )  # fmt: skip
    assert list(read_manifest(folder)) == ["mine"]
    network, weights = load(folder, "mine", CPU)
    assert (weights.mpp, weights.sha256, network.training) == ((1.0, 2.0, 4.0), sha256_of(path), False)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(WeightsError, match="not the one"):
        load(folder, "mine", CPU)


def test_own_weights_are_scored_beside_the_shipped(exported: Path) -> None:
    figures = score(exported, "m2cf_net-small", WEIGHTS_DIR, CPU)
    drawn = table({"shipped": figures, "yours": {**figures, "dice": 0.5}})
    assert [column.header for column in drawn.columns] == ["weights", "dice", "iou", "worst_slide_dice"]
    assert list(drawn.columns[1].cells) == [f"{figures['dice']:.3f}", "0.500"]


def test_training_can_start_from_shipped_weights() -> None:
    network = starting_network("m2cf_net", "small", "m2cf_net-small")
    fresh = starting_network("m2cf_net", "small", None)
    ours, theirs = (one.state_dict()["head.weight"] for one in (network, fresh))
    assert not torch.equal(ours, theirs)
    assert all(one.requires_grad for one in network.parameters())


def disc(centre_xy: tuple[float, float], radius: float, side: int = 256) -> NDArray[np.bool_]:
    """Draw a disc at a place counted from the centre of a raster."""
    rows, columns = np.mgrid[:side, :side] - (side - 1) / 2
    return np.asarray(np.hypot(columns - centre_xy[0], rows - centre_xy[1]) < radius)


def centroid(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return where a mask lies, counted from the centre of the raster."""
    return np.asarray(np.argwhere(mask).mean(0) - (len(mask) - 1) / 2)


def test_augmented_branches_and_mask_show_a_blob_in_one_place_and_of_one_size() -> None:
    rng = np.random.default_rng(3)
    stack = np.full((3, 256, 256, 3), 240, np.uint8)
    for branch, factor in zip(stack, FACTORS, strict=True):
        branch[disc((30 / factor, 20 / factor), 28 / factor)] = 60
    mask = disc((30, 20), 28).astype(np.uint8)
    places, areas = [], []
    for _ in range(40):
        changed, truth = augment_stack(stack, mask, rng)
        blob = (truth > 0) & disc((0, 0), 115)  # what the border mirrors lies farther out
        places.append(centroid(blob))
        areas.append(blob.sum() / mask.sum())
        for branch, factor in zip(changed, FACTORS, strict=True):
            grey = branch.mean(axis=-1)
            dark = (grey < (grey.min() + np.median(grey)) / 2) & disc((0, 0), 115 / factor)
            assert np.abs(centroid(dark) * factor - places[-1]).max() < 2
            assert dark.sum() * factor**2 == pytest.approx(blob.sum(), rel=0.25)
    assert np.std(places) > 15
    assert min(areas) < 0.75 and max(areas) > 1.3


def test_moved_tile_keeps_its_coarser_classes_in_place() -> None:
    rng = np.random.default_rng(4)
    tile, classes = np.full((1, 256, 256, 3), 240, np.uint8), disc((10, -5), 8, 64).astype(np.uint8)
    tile[0, disc((40, -20), 32)] = 60
    for _ in range(10):
        changed, truth = moved(tile, classes, rng, share=1)
        dark = (changed[0].mean(axis=-1) < 150) & disc((0, 0), 110)
        assert np.abs(centroid(dark) / 4 - centroid((truth > 0) & disc((0, 0), 27.5, 64))).max() < 0.6


def test_stain_jitter_leaves_glass_bright_and_changes_tissue() -> None:
    rng = np.random.default_rng(1)
    raster = np.full((8, 16, 3), 254, np.uint8)
    raster[:, 8:] = (150, 80, 160)
    jittered = [stain_jitter(raster, rng, 0.25) for _ in range(20)]
    assert min(one[:, :8].min() for one in jittered) > 215
    assert np.std([one[:, 8:].mean() for one in jittered]) > 5


def test_uneven_light_brightens_one_side_more_than_the_other_and_keeps_the_tissue() -> None:
    rng = np.random.default_rng(5)
    tile = rng.integers(60, 200, (1, 64, 64, 3)).astype(np.uint8)
    sides = []
    for _ in range(20):
        lit = unevenly_lit(tile, rng).astype(float) / tile
        assert lit.std() < 0.3
        sides.append(abs(np.log(lit[:, :, :8].mean() / lit[:, :, -8:].mean())))
    assert 0.03 < np.mean(sides) < 0.3
