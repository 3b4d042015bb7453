import { useTranslation } from "react-i18next";
import { useKeyHint } from "@/lib/keys/mapping";

/** The keys that hints to the tools speak of. */
export function useHintedKeys() {
  const { t } = useTranslation("review");
  const hide = useKeyHint("hide");
  return {
    close: useKeyHint("close"),
    delete: useKeyHint("delete"),
    brushSmaller: useKeyHint("brushSmaller"),
    brushLarger: useKeyHint("brushLarger"),
    hide: hide === "Space" ? t("keys.space") : hide,
  };
}
