import { Button, Popover, Slider, Stack, Text } from "@mantine/core";
import { IconAdjustments } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { fixed, percent } from "@/lib/format";
import { isPlain, LIMITS, PLAIN, type Appearance } from "./appearance";
import { useViewer, useViewerStore } from "./context";
import { keepArrows } from "./keepArrows";
import classes from "./Maps.module.css";

/** Brightness, contrast and gamma of what is shown, and how opaque the outlines are. */
export function Adjustments() {
  const { t } = useTranslation("tools");
  const changed = useViewer(({ appearance, outlineOpacity }) => !isPlain(appearance) || outlineOpacity !== 1);
  return (
    <Popover position="bottom-start" withinPortal={false} shadow="md" trapFocus>
      <Popover.Target>
        <Button size="compact-sm" variant={changed ? "light" : "default"} leftSection={<IconAdjustments size={16} />}>
          {t("display")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("display")} onKeyDown={keepArrows}>
        <Sliders />
      </Popover.Dropdown>
    </Popover>
  );
}

function Sliders() {
  const { t } = useTranslation("tools");
  const store = useViewerStore();
  const appearance = useViewer((state) => state.appearance);
  const outlineOpacity = useViewer((state) => state.outlineOpacity);
  return (
    <Stack gap="xs" className={classes.choices}>
      {(Object.keys(LIMITS) as (keyof Appearance)[]).map((part) => (
        <Adjustment
          key={part}
          title={t(part, { value: fixed(appearance[part], 2) })}
          limits={LIMITS[part]}
          value={appearance[part]}
          onChange={(value) => store.setState({ appearance: { ...appearance, [part]: value } })}
        />
      ))}
      <Adjustment
        title={t("outlineOpacity", { percent: percent(outlineOpacity) })}
        limits={[0, 1]}
        value={outlineOpacity}
        onChange={(value) => store.setState({ outlineOpacity: value })}
      />
      <Button size="compact-sm" variant="default" onClick={() => store.setState({ appearance: PLAIN, outlineOpacity: 1 })}>
        {t("asScanned")}
      </Button>
      <Text size="xs" c="var(--fs-quiet)">
        {t("onlyShown")}
      </Text>
    </Stack>
  );
}

interface AdjustmentProps {
  title: string;
  limits: readonly [number, number];
  value: number;
  onChange: (value: number) => void;
}

function Adjustment({ title, limits: [min, max], value, onChange }: AdjustmentProps) {
  const id = useId();
  return (
    <div>
      <Text size="sm" fw={500} id={id}>
        {title}
      </Text>
      <Slider
        size="sm"
        min={min}
        max={max}
        step={0.05}
        label={null}
        value={value}
        onChange={onChange}
        thumbProps={{ "aria-labelledby": id }}
      />
    </div>
  );
}
