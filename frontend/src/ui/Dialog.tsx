import { Modal, type ModalProps } from "@mantine/core";
import { useEffect, useState } from "react";

/** A modal that is there while it is mounted, and gives the focus back to what opened it. */
export function Dialog(props: Omit<ModalProps, "opened">) {
  const [opener] = useState(openerOf);
  useEffect(
    () => () => {
      setTimeout(() => {
        if (document.activeElement === document.body) opener?.focus();
      });
    },
    [opener],
  );
  return <Modal opened {...props} />;
}

/** What has the focus; for an item of a menu, which is about to go, the button that the menu belongs to. */
function openerOf(): HTMLElement | null {
  const focused = document.activeElement as HTMLElement | null;
  const owner = focused?.closest("[role=menu]")?.getAttribute("aria-labelledby");
  return owner ? document.getElementById(owner) : focused;
}
