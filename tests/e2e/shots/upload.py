"""Uploads."""

from playwright.sync_api import Page

from tests.e2e.shots.steps import go, shot
from tests.e2e.staged import OPEN, Place


@shot
def upload(page: Page, place: Place) -> None:
    """One slide refused, one under way, one that waits, one that is here already."""
    again = place.product.data_dir / f"{OPEN}.tiff"
    page.route("**/api/uploads/**", lambda route: route.continue_())
    go(page, "/")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000}
    network.send("Network.emulateNetworkConditions", slow)
    empty, twin = (
        place.product.data_dir / "empty.svs",
        place.product.data_dir / "唇腺 一个很长很长的文件名 第十七号 第二层.tiff",
    )
    empty.write_bytes(b"")
    twin.write_bytes(again.read_bytes()[:2_000_000])
    page.locator("input[type=file]").first.set_input_files([str(empty), str(twin), str(again)])
    page.wait_for_timeout(3500)


@shot
def upload_over_page(page: Page, place: Place) -> None:
    go(page, "/")
    page.evaluate("""() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(["x"], "a.svs"));
        document.body.dispatchEvent(new DragEvent("dragenter", { bubbles: true, dataTransfer: transfer }));
        document.body.dispatchEvent(new DragEvent("dragover", { bubbles: true, dataTransfer: transfer }));
    }""")
    page.wait_for_timeout(500)
