"""The whole pipeline with the shipped weights, on a phantom whose seed training never saw."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import openslide
import pytest
from numpy.typing import NDArray
from shapely import Polygon, unary_union

from backend.core.errors import MppUnknown, SlideNotSuitable
from backend.core.findings import STAGES, Stage
from backend.core.focus_score import focus_score
from backend.core.geometry import polygon_of
from backend.core.settings import get_settings
from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from backend.pipeline import segmentation
from backend.pipeline.analyse import (
    NOT_VALIDATED,
    PHANTOMS_ONLY,
    PHANTOMS_TOO,
    Analysed,
    Networks,
    Options,
    analyse,
    help_with,
    load_networks,
)
from backend.pipeline.kept import FolderShelf, Kept
from backend.pipeline.lymphocytes import LymphocyteOptions, count_lymphocytes
from backend.pipeline.outputs import analyse_file
from backend.pipeline.segmentation import SegmentationOptions
from backend.pipeline.stain import Stain, StainOptions
from backend.wsi.pyramid import PyramidWriter
from backend.wsi.slide import Slide
from models.registry import read_manifest, sha256_of
from models.roi_classifier import RoiClass
from tests.realdata import real_slide

SPEC = PhantomSpec(seed=9001, width_mm=2.4, height_mm=2.0, foci=4)


@pytest.fixture(scope="module")
def networks() -> Networks:
    return load_networks(get_settings().weights_dir, "cpu")


@pytest.fixture(scope="module")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("phantom") / "phantom.tiff"
    write_phantom(SPEC, path)
    return path


@pytest.fixture(scope="module")
def truth(phantom: Path) -> dict[str, float]:
    return dict(json.loads(phantom.with_name("phantom.truth.json").read_text()))


@pytest.fixture(scope="module")
def lesions(phantom: Path) -> list[tuple[Polygon, int]]:
    features = json.loads(phantom.with_name("phantom.truth.geojson").read_text())["features"]
    return [
        (Polygon(one["geometry"]["coordinates"][0]), one["properties"]["measurements"]["Lymphocytes"])
        for one in features
        if "measurements" in one["properties"]
    ]


class Stopped(Exception):
    pass


@pytest.fixture(scope="module")
def analysed(phantom: Path, networks: Networks) -> Analysed:
    with Slide(phantom) as slide:
        return analyse(slide, networks, Options())


def test_lesions_are_found_where_they_are(analysed: Analysed, lesions: list[tuple[Polygon, int]]) -> None:
    found = unary_union([polygon_of(one.polygon) for one in analysed.findings.lesions])
    true = unary_union([polygon for polygon, _ in lesions])
    dice = 2 * found.intersection(true).area / (found.area + true.area)
    assert dice >= 0.70


def test_glandular_area_and_foci_are_near_the_truth(analysed: Analysed, truth: dict[str, float]) -> None:
    # a tenth of this gland is fat at its border, which replaced lost acini and looks like any other fat
    assert analysed.findings.glandular_area_mm2 == pytest.approx(truth["glandular_area_mm2"], rel=0.20)
    assert abs(analysed.findings.foci - truth["foci"]) <= 1


def test_encoding_by_region_changes_next_to_nothing(phantom: Path, networks: Networks, analysed: Analysed) -> None:
    with Slide(phantom) as slide:
        alone = analyse(slide, networks, Options(segmentation=SegmentationOptions(by_region=False)))
    one, other = (each.probability.values / 65535 for each in (analysed, alone))
    assert np.abs(one - other)[other > 0].mean() < 0.005
    assert 2 * ((one > 0.5) & (other > 0.5)).sum() / ((one > 0.5).sum() + (other > 0.5).sum()) > 0.93
    assert analysed.findings.foci == alone.findings.foci


def test_findings_agree_with_themselves(analysed: Analysed) -> None:
    findings = analysed.findings
    foci = [one for one in findings.lesions if one.lymphocyte_count >= 50]
    assert findings.foci == len(foci) == sum(one.counts_as_focus for one in findings.lesions)
    score = focus_score(findings.foci, findings.glandular_area_mm2)
    assert (findings.focus_score, findings.focus_score_low) == (score.value, score.low)
    assert findings.area_fraction == pytest.approx(sum(one.area_mm2 for one in foci) / findings.glandular_area_mm2)
    for lesion in findings.lesions:
        polygon = Polygon(lesion.polygon[0], lesion.polygon[1:])
        assert polygon.is_valid and polygon.area * 0.25e-6 == pytest.approx(lesion.area_mm2, rel=1e-3)
        assert 0.5 < lesion.confidence <= 1


def test_findings_name_their_networks_options_and_seconds(analysed: Analysed) -> None:
    findings = analysed.findings
    weights = read_manifest(get_settings().weights_dir)
    assert {one.sha256 for one in findings.networks} == {one.sha256 for one in weights.values()}
    for one in weights.values():
        assert sha256_of(get_settings().weights_dir / one.file) == one.sha256
    assert tuple(findings.seconds) == STAGES
    assert findings.options["patches"]["mpp"] == (1.0, 2.0, 4.0)
    assert PHANTOMS_ONLY in findings.warnings
    json.dumps(findings.as_dict())


def test_an_analysis_says_what_its_networks_learnt_from(networks: Networks) -> None:
    assert networks.origin == PHANTOMS_ONLY
    lesion, roi, counter = (
        replace(one, phantoms=False)
        for one in (networks.lesion_weights, networks.roi_weights, networks.counter_weights)
    )
    assert replace(networks, lesion_weights=lesion).origin == PHANTOMS_TOO
    assert replace(networks, lesion_weights=lesion, roi_weights=roi, counter_weights=counter).origin == NOT_VALIDATED


def test_own_weights_are_used_beside_the_shipped_ones(tmp_path: Path) -> None:
    shipped = read_manifest(get_settings().weights_dir)["m2cf_net-small"]
    shutil.copy(get_settings().weights_dir / shipped.file, tmp_path)
    (tmp_path / "manifest.toml").write_text(
        f'[m2cf_net-small]\nnetwork = "m2cf_net"\npreset = "small"\n'
        f'file = "{shipped.file}"\nsha256 = "{shipped.sha256}"\n'
        'mpp = [1.0, 2.0, 4.0]\npatch_px = 256\ntrained_on = "own slides"\n'
    )
    used = {one.weights: one.trained_on for one in load_networks(tmp_path, "cpu").used()}
    assert used.pop("m2cf_net-small") == "own slides"
    assert len(used) == 2


def test_analysis_that_was_interrupted_and_helped_goes_on_where_it_was_and_finds_the_same_to_the_bit(
    phantom: Path, networks: Networks, analysed: Analysed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    segmented = segmentation._segmented
    monkeypatch.setattr(segmentation, "PART_BLOCKS", 1)

    def counted_parts(*given: Any) -> Any:
        made.append(given)
        return segmented(*given)

    monkeypatch.setattr(segmentation, "_segmented", counted_parts)

    def die_in_the_middle(stage: Stage, fraction: float) -> None:
        if stage == "segmentation" and fraction > 0.5:
            raise Stopped

    with Slide(phantom) as slide:
        help_with(slide, networks, Options(), FolderShelf(tmp_path))
        assert not made
        with pytest.raises(Stopped):
            analyse(slide, networks, Options(), die_in_the_middle, FolderShelf(tmp_path))
        assert made
        help_with(slide, networks, Options(), FolderShelf(tmp_path))
        made.clear()
        again = analyse(slide, networks, Options(), keep_in=FolderShelf(tmp_path))
    assert not made
    assert again.findings.lesions == analysed.findings.lesions
    assert (again.probability.values == analysed.probability.values).all()


def test_what_another_process_makes_is_waited_for_and_made_again_where_it_gives_up(tmp_path: Path) -> None:
    begun, may_end = Event(), Event()
    kept = Kept.under(FolderShelf(tmp_path))

    def slowly() -> NDArray[Any]:
        begun.set()
        may_end.wait(60)
        raise Stopped

    with ThreadPoolExecutor() as pool:
        other = pool.submit(kept.array, "map", slowly)
        assert begun.wait(60)
        assert kept.array_if_free("map", lambda: np.ones(3)) is None
        may_end.set()
        assert kept.array("map", lambda: np.ones(3)).tolist() == [1, 1, 1]
        assert isinstance(other.exception(), Stopped)


def test_a_disk_that_takes_nothing_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "no folder").touch()
    assert Kept.under(FolderShelf(tmp_path / "no folder")).array("map", lambda: np.ones(3)).tolist() == [1, 1, 1]


def test_half_of_a_file_is_made_anew(tmp_path: Path) -> None:
    kept = Kept.under(FolderShelf(tmp_path))
    kept.array("map", lambda: np.ones(3))
    (file,) = tmp_path.glob("map*.npz")
    file.write_bytes(file.read_bytes()[:-20])
    assert kept.array("map", lambda: np.zeros(3)).tolist() == [0, 0, 0]


def test_what_was_kept_for_other_options_is_not_taken(tmp_path: Path) -> None:
    one, other = (Kept.under(FolderShelf(tmp_path), {"threshold": threshold}) for threshold in (0.4, 0.5))
    assert one.array("map", lambda: np.ones(3)).tolist() == [1, 1, 1]
    assert other.array("map", lambda: np.zeros(3)).tolist() == [0, 0, 0]
    assert one.array("map", lambda: np.zeros(3)).tolist() == [1, 1, 1]


def counted(slide: Slide, polygon: Polygon, analysed: Analysed, networks: Networks, **options: int) -> int:
    stain = Stain.from_dict(analysed.findings.stain)
    counter, weights = networks.counter, networks.counter_weights
    return count_lymphocytes(slide, polygon, stain, StainOptions(), counter, weights, LymphocyteOptions(**options))


def test_lymphocytes_in_a_true_outline_are_counted(
    phantom: Path, analysed: Analysed, networks: Networks, lesions: list[tuple[Polygon, int]]
) -> None:
    with Slide(phantom) as slide:
        errors = [counted(slide, polygon, analysed, networks) / count - 1 for polygon, count in lesions]
    assert np.median(np.abs(errors)) < 0.12


def test_counting_in_small_blocks_counts_no_lymphocyte_twice_or_never(
    phantom: Path, analysed: Analysed, networks: Networks, lesions: list[tuple[Polygon, int]]
) -> None:
    largest = max((polygon for polygon, _ in lesions), key=lambda polygon: polygon.area)
    with Slide(phantom) as slide:
        whole, parts = (counted(slide, largest, analysed, networks, block_px=px) for px in (2048, 64))
    assert abs(whole - parts) <= 0.02 * whole


def test_progress_goes_through_all_stages_and_a_cancel_stops_at_once(phantom: Path, networks: Networks) -> None:
    seen: list[Stage] = []

    def cancel_in_segmentation(stage: Stage, fraction: float) -> None:
        seen.append(stage)
        if stage == "segmentation" and fraction > 0:
            raise Stopped

    with Slide(phantom) as slide, pytest.raises(Stopped):
        analyse(slide, networks, Options(), cancel_in_segmentation)
    assert list(dict.fromkeys(seen)) == list(STAGES[:4])


def test_blank_slide_has_no_score_but_a_reason(tmp_path: Path, networks: Networks) -> None:
    with PyramidWriter(tmp_path / "blank.tiff", (2000, 1500), 0.5) as pyramid:
        pyramid.add(np.full((1500, 2000, 3), 243, np.uint8))
    with Slide(tmp_path / "blank.tiff") as slide:
        findings = analyse(slide, networks, Options()).findings
    assert (findings.focus_score, findings.glandular_area_mm2, findings.lesions) == (None, 0, [])
    assert findings.focus_score_reason


def test_attention_is_mapped_about_every_lesion_and_classes_over_every_gland(analysed: Analysed) -> None:
    attention, classes = analysed.attention, analysed.roi.classes
    assert len(attention.values) == 4 and classes.shape == analysed.roi.gland.shape
    assert (classes[analysed.roi.gland] == RoiClass.GLAND).mean() > 0.9
    fx, fy = attention.grid.level0_per_pixel
    for lesion in analysed.findings.lesions:
        x, y = np.array(lesion.polygon[0]).T
        assert attention.values[:, (y // fy).astype(int), (x // fx).astype(int)].min() > 0


def test_files_of_an_analysis_are_complete(phantom: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    analyse_file(phantom, out, mpp=None, keep_maps=True, device="cpu", on_progress=lambda stage, fraction: None)
    assert sorted(one.name for one in out.iterdir()) == [
        *(f"attention-{block}.tiff" for block in (1, 2, 3, 4)),
        "findings.json", "lesions.geojson", "overlay.png", "probability.tiff", "roi.tiff",
    ]  # fmt: skip
    findings = json.loads((out / "findings.json").read_text())
    features = json.loads((out / "lesions.geojson").read_text())["features"]
    assert [one["id"] for one in features] == [one["id"] for one in findings["lesions"]]
    assert all(one["geometry"]["coordinates"][0][0] == one["geometry"]["coordinates"][0][-1] for one in features)
    assert "Research Use Only" in findings["notice"]
    with openslide.OpenSlide(out / "probability.tiff") as probability:
        assert float(probability.properties["openslide.mpp-x"]) == pytest.approx(4.0)


def test_real_skin_slide_runs_through_and_stays_honest(tmp_path: Path) -> None:
    findings = analyse_file(
        real_slide("CMU-1-Small-Region.svs"), tmp_path, mpp=None, keep_maps=False, device="cpu",
        on_progress=lambda stage, fraction: None,
    )  # fmt: skip
    assert findings.warnings
    assert findings.foci == 0
    assert (findings.focus_score is None) == (findings.glandular_area_mm2 == 0)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("tcga-cr-7395-01a-01-ts1.svs", MppUnknown),
        ("fluorescence.ndpi", SlideNotSuitable),
        ("multiframe_camelyon_challenge_image.dcm", SlideNotSuitable),
    ],
)
def test_refused_slide_leaves_nothing_behind(tmp_path: Path, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        analyse_file(
            real_slide(name), tmp_path / "out", mpp=None, keep_maps=False, device="cpu",
            on_progress=lambda stage, fraction: None,
        )  # fmt: skip
    assert not (tmp_path / "out").exists()
