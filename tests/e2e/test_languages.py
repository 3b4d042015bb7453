"""Readers of Chinese find every page in Chinese, and find it so again."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Product

pytestmark = pytest.mark.e2e


def test_chosen_language_outlives_a_reload(page: Page) -> None:
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitemradio", name="简体中文").click()
    expect(page.get_by_role("heading", name="工作列表")).to_be_visible()
    expect(page.get_by_text("仅供研究使用，不得用于诊断程序。")).to_be_visible()
    expect(page.get_by_text("Worklist")).to_have_count(0)

    page.reload()
    expect(page.get_by_role("heading", name="工作列表")).to_be_visible()
    expect(page).to_have_title("工作列表 · FocusScope")
    expect(page.locator("html")).to_have_attribute("lang", "zh")


def test_language_is_chosen_before_signing_in(stranger: Page) -> None:
    stranger.goto("/sign-in")
    stranger.get_by_text("简体中文").click()
    expect(stranger.get_by_role("button", name="登录")).to_be_visible()
    expect(stranger.get_by_role("textbox", name="用户名")).to_be_visible()


def test_browser_that_prefers_chinese_is_greeted_in_chinese(product: Product, chromium: Browser) -> None:
    context = chromium.new_context(base_url=product.address, locale="zh-CN")
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    context.close()
