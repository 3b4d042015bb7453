import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { remap, resetKeys } from "./mapping";
import { useKeys } from "./useKeys";

afterEach(() => (cleanup(), resetKeys()));

const accept = vi.fn();
const panLeft = vi.fn();

function Page() {
  useKeys({ accept, panLeft });
  return (
    <>
      <input />
      <input type="radio" id="view" />
      <fieldset>
        <input type="radio" id="answer" />
      </fieldset>
      <div role="dialog" aria-modal="true">
        <button />
      </div>
    </>
  );
}

function presses(target: HTMLElement, key: string): void {
  accept.mockReset();
  panLeft.mockReset();
  fireEvent.keyDown(target, { key });
}

it("acts on the page, not where one types or in a dialog", () => {
  render(<Page />);
  presses(document.body, "a");
  expect(accept).toHaveBeenCalledOnce();
  presses(screen.getByRole("textbox"), "a");
  expect(accept).not.toHaveBeenCalled();
  presses(screen.getByRole("button"), "a");
  expect(accept).not.toHaveBeenCalled();
});

it("leaves arrows to a choice that has the focus, letters not", () => {
  render(<Page />);
  const radio = document.getElementById("view")!;
  presses(radio, "ArrowLeft");
  expect(panLeft).not.toHaveBeenCalled();
  presses(radio, "a");
  expect(accept).toHaveBeenCalledOnce();
});

it("decides nothing while one answers a form", () => {
  render(<Page />);
  presses(document.getElementById("answer")!, "a");
  expect(accept).not.toHaveBeenCalled();
});

it("follows the reader's own keys", () => {
  render(<Page />);
  remap("accept", "Y");
  presses(document.body, "a");
  expect(accept).not.toHaveBeenCalled();
  presses(document.body, "y");
  expect(accept).toHaveBeenCalledOnce();
});
