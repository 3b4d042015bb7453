"""Slides without a server: drawn, analysed, and made into training examples."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from backend.cli.shared import app, console, transaction
from backend.core.errors import about
from backend.core.findings import STAGES


@app.command()
def phantom(
    out: Annotated[Path, typer.Argument(help="The slide to write, for example phantom.tiff.")],
    seed: Annotated[int, typer.Option(help="The same seed draws the same slide.")] = 1,
    width_mm: Annotated[float, typer.Option(min=0.5, help="Width of the slide.")] = 6.0,
    height_mm: Annotated[float, typer.Option(min=0.5, help="Height of the slide.")] = 5.0,
    foci: Annotated[int, typer.Option(min=0, help="Foci to draw; smaller aggregates come on top.")] = 4,
    mpp: Annotated[float, typer.Option(min=0.1, max=1.0, help="Micrometres per pixel.")] = 0.5,
    artefacts: Annotated[bool, typer.Option(help="Add pen, bubbles, folds, dust and blur.")] = True,
    unfamiliar: Annotated[bool, typer.Option("--unfamiliar", help="Stain and scan unlike all other phantoms.")] = False,
    sheets: Annotated[bool, typer.Option("--sheets", help="Let infiltrates replace whole lobules.")] = False,
) -> None:
    """Draw a synthetic slide and its truth."""
    from backend.phantom.scene import PhantomSpec
    from backend.phantom.writer import truth_summary, write_phantom

    spec = PhantomSpec(seed, width_mm, height_mm, foci, mpp, artefacts, unfamiliar, sheets)
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("drawing", total=1)
        scene = write_phantom(spec, out, on_progress=lambda fraction: progress.update(bar, completed=fraction))
    truth = truth_summary(scene)
    console.print(f"{out}: {truth['foci']} foci in {truth['glandular_area_mm2']:.2f} mm² of gland", highlight=False)


@app.command()
def analyse(
    slide: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A whole slide image.")],
    out: Annotated[Path, typer.Option(help="Folder for findings.json, lesions.geojson and overlay.png.")],
    mpp: Annotated[
        float | None, typer.Option(min=0.02, help="Micrometres per pixel, where the slide has none.")
    ] = None,
    keep_maps: Annotated[
        bool, typer.Option("--keep-maps", help="Also write the probability, ROI and attention maps.")
    ] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:1.")] = "auto",
) -> None:
    """Run the whole pipeline on one slide, without database or broker."""
    from backend.pipeline.outputs import analyse_file

    with Progress(console=console, transient=True) as progress:
        bars = {stage: progress.add_task(stage, total=1) for stage in STAGES}
        findings = analyse_file(
            slide, out, mpp=mpp, keep_maps=keep_maps, device=device,
            on_progress=lambda stage, fraction: progress.update(bars[stage], completed=fraction),
        )  # fmt: skip
    score = findings.focus_score_reason if findings.focus_score is None else f"{findings.focus_score:.2f}"
    console.print(f"Focus score: {score}", highlight=False)
    console.print(f"{findings.foci} foci in {findings.glandular_area_mm2:.2f} mm² of gland. {out}", highlight=False)
    for sentence in [*findings.warnings, findings.notice]:
        console.print(sentence, style="dim", highlight=False)


@app.command()
def export(
    slides: Annotated[list[Path], typer.Argument(exists=True, help="Slides with annotations beside them.")],
    out: Annotated[Path, typer.Option(help="One folder of examples is written per slide.")],
    stacks: Annotated[int, typer.Option(min=1, help="Patch stacks per slide.")] = 64,
    seed: Annotated[int, typer.Option(help="Decides where patches are cut.")] = 1,
    mpp: Annotated[float | None, typer.Option(min=0.02, help="Micrometres per pixel, where slides have none.")] = None,
    class_name: Annotated[
        list[str] | None, typer.Option(metavar="YOURS=OURS", help="What a class of your annotations stands for.")
    ] = None,
) -> None:
    """Cut training examples out of annotated slides (SLIDE.geojson, as QuPath exports it)."""
    from backend.pipeline.annotations import read_annotations
    from backend.pipeline.export import ExportOptions, export_slide

    classes = {yours.strip(): ours.strip() for yours, _, ours in (one.partition("=") for one in class_name or [])}
    for number, slide in enumerate(slides):
        with about(slide.name):
            count = export_slide(
                slide, out / slide.stem, seed=seed + number, options=ExportOptions(stacks=stacks), mpp=mpp,
                annotations=(drawn := read_annotations(slide, classes)),
            )  # fmt: skip
        lesions = f"{len(drawn.lesions)} lesion{'' if len(drawn.lesions) == 1 else 's'}"
        console.print(f"{slide.name}: {count} patch stacks, {lesions}", highlight=False)


@app.command()
def export_reviewed(
    out: Annotated[Path, typer.Option(help="One folder of examples is written per slide, named by the slide's id.")],
    stacks: Annotated[int, typer.Option(min=1, help="Patch stacks per slide.")] = 64,
    seed: Annotated[int, typer.Option(help="Decides where patches are cut.")] = 1,
) -> None:
    """Cut training examples out of slides whose proposed lesions have all been confirmed or rejected."""
    from backend.core.settings import get_settings
    from backend.objectstore import open_storage
    from backend.pipeline.annotations import annotations_of
    from backend.pipeline.export import ExportOptions, export_slide
    from backend.services import training
    from backend.wsi.slide import Mpp

    with transaction() as session:
        reviewed = training.reviewed_slides(session, storage=open_storage(get_settings()))
    for number, one in enumerate(reviewed):
        with about(str(one.slide_id)):
            count = export_slide(
                one.file, out / str(one.slide_id), seed=seed + number, options=ExportOptions(stacks=stacks),
                mpp=Mpp(*one.mpp_xy), annotations=annotations_of(one.lesions, one.glands),
            )  # fmt: skip
        console.print(f"{one.slide_id}: {count} patch stacks, {len(one.lesions)} confirmed", highlight=False)
