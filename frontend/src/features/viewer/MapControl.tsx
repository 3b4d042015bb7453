import { Button, Popover, Radio, Slider, Stack, Text } from "@mantine/core";
import { IconStack2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SlideMap } from "@/api/types";
import { percent as percentOf } from "@/lib/format";
import { useViewer, useViewerStore } from "./context";
import { keepArrows } from "./keepArrows";
import { titleOf } from "./mapNames";
import classes from "./Maps.module.css";

const NONE = "none";

/** Choose what lies over the tissue, and how opaque. */
export function MapControl({ maps }: { maps: readonly SlideMap[] }) {
  const { t } = useTranslation("viewer");
  const on = useViewer(({ map }) => maps.some(({ name }) => name === map));
  return (
    <Popover position="bottom-start" withinPortal={false} shadow="md" trapFocus>
      <Popover.Target>
        <Button size="compact-sm" variant={on ? "light" : "default"} leftSection={<IconStack2 size={16} />}>
          {t("overlays")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("overlays")} onKeyDown={keepArrows}>
        {maps.length > 0 ? <Choices maps={maps} /> : <NoMaps />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Choices({ maps }: { maps: readonly SlideMap[] }) {
  const { t } = useTranslation("viewer");
  const store = useViewerStore();
  const chosen = useViewer((state) => state.map);
  const opacity = useViewer((state) => state.mapOpacity);
  const known = maps.some(({ name }) => name === chosen);
  return (
    <Stack gap="sm" className={classes.choices}>
      <Radio.Group
        label={t("overTheTissue")}
        value={known ? chosen : NONE}
        onChange={(name) => store.setState({ map: name === NONE ? null : name })}
      >
        <Stack gap={6} mt={6}>
          <Radio size="xs" value={NONE} label={t("nothing")} />
          {maps.map((map) => (
            <Radio key={map.name} size="xs" value={map.name} label={titleOf(map)} />
          ))}
        </Stack>
      </Radio.Group>
      <div>
        <Text size="sm" fw={500} id="map-opacity">
          {t("opacity", { percent: percentOf(opacity) })}
        </Text>
        <Slider
          size="sm"
          min={0}
          max={100}
          step={5}
          label={null}
          value={Math.round(opacity * 100)}
          onChange={(percent) => store.setState({ mapOpacity: percent / 100 })}
          disabled={!known}
          thumbProps={{ "aria-labelledby": "map-opacity" }}
        />
      </div>
    </Stack>
  );
}

function NoMaps() {
  const { t } = useTranslation("viewer");
  return (
    <Text size="sm" className={classes.choices}>
      {t("noMaps")}
    </Text>
  );
}
