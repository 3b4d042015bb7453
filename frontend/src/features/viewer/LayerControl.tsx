import { Button, Checkbox, Popover, Slider, Stack, Text } from "@mantine/core";
import { IconStack2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SlideMap } from "@/api/types";
import { percent } from "@/lib/format";
import { useViewer, useViewerStore } from "./context";
import { keepArrows } from "./keepArrows";
import { GLANDS, layerOf, LESIONS, shownMaps } from "./layers";
import { titleOf } from "./mapNames";
import classes from "./Maps.module.css";
import { changeLayer } from "./store";

interface LayerControlProps {
  hasOutlines: boolean;
  /** Undefined while there is no analysis to have maps. */
  maps: readonly SlideMap[] | undefined;
}

/** Choose what lies over the tissue, and how opaque. */
export function LayerControl({ hasOutlines, maps }: LayerControlProps) {
  const { t } = useTranslation("viewer");
  const on = useViewer(({ layers }) => shownMaps(maps ?? [], layers).length > 0);
  return (
    <Popover position="bottom-start" withinPortal={false} shadow="md" trapFocus>
      <Popover.Target>
        <Button size="compact-sm" variant={on ? "light" : "default"} leftSection={<IconStack2 size={16} />}>
          {t("overlays")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("overlays")} onKeyDown={keepArrows}>
        <Stack gap="xs" className={classes.choices}>
          {hasOutlines && <LayerRow name={LESIONS} title={t("lesionOutlines")} />}
          {hasOutlines && <LayerRow name={GLANDS} title={t("glandOutlines")} />}
          {maps?.map((map) => <LayerRow key={map.name} name={map.name} title={titleOf(map)} />)}
          {maps?.length === 0 && <Text size="sm">{t("noMaps")}</Text>}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function LayerRow({ name, title }: { name: string; title: string }) {
  const { t } = useTranslation("viewer");
  const store = useViewerStore();
  const { shown, opacity } = useViewer(({ layers }) => layerOf(layers, name));
  return (
    <div className={classes.layer}>
      <Checkbox size="xs" label={title} checked={shown} onChange={(event) => changeLayer(store, name, { shown: event.currentTarget.checked })} />
      <Slider
        size="sm"
        min={0}
        max={100}
        step={5}
        label={(value) => percent(value / 100)}
        value={Math.round(opacity * 100)}
        onChange={(value) => changeLayer(store, name, { opacity: value / 100 })}
        disabled={!shown}
        thumbLabel={t("opacityOf", { title })}
      />
    </div>
  );
}
