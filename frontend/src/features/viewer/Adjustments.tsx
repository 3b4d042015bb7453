import { Button, Popover, Slider, Stack, Switch, Text } from "@mantine/core";
import { IconAdjustments } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { fixed } from "@/lib/format";
import { isPlain, LIMITS, PLAIN, type Appearance } from "./appearance";
import { useViewer, useViewerStore } from "./context";
import { keepArrows } from "./keepArrows";
import classes from "./Maps.module.css";

interface ColoursProps {
  /** Where the slide is to be had in sRGB; null where its file has no colour profile, undefined until that is known. */
  srgb: string | null | undefined;
}

/** Colours, brightness, contrast and gamma of the tissue as it is shown. */
export function Adjustments({ srgb }: ColoursProps) {
  const { t } = useTranslation("tools");
  const changed = useViewer((state) => !isPlain(state.appearance) || state.srgb);
  return (
    <Popover position="bottom-start" withinPortal={false} shadow="md" trapFocus>
      <Popover.Target>
        <Button size="compact-sm" variant={changed ? "light" : "default"} leftSection={<IconAdjustments size={16} />}>
          {t("display")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("display")} onKeyDown={keepArrows}>
        <Choices srgb={srgb} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Choices({ srgb }: ColoursProps) {
  const { t } = useTranslation("tools");
  const store = useViewerStore();
  const appearance = useViewer((state) => state.appearance);
  return (
    <Stack gap="xs" className={classes.choices}>
      <Colours srgb={srgb} />
      {(Object.keys(LIMITS) as (keyof Appearance)[]).map((part) => (
        <Adjustment
          key={part}
          title={t(part, { value: fixed(appearance[part], 2) })}
          limits={LIMITS[part]}
          value={appearance[part]}
          onChange={(value) => store.setState({ appearance: { ...appearance, [part]: value } })}
        />
      ))}
      <Button size="compact-sm" variant="default" onClick={() => store.setState({ appearance: PLAIN, srgb: false })}>
        {t("asScanned")}
      </Button>
      <Text size="xs" c="var(--fs-quiet)">
        {t("onlyShown")}
      </Text>
    </Stack>
  );
}

function Colours({ srgb }: ColoursProps) {
  const { t } = useTranslation("tools");
  const store = useViewerStore();
  const on = useViewer((state) => state.srgb);
  return (
    <Switch
      size="xs"
      label={t("srgb")}
      description={t(srgb === null ? "noProfile" : "ofProfile")}
      disabled={!srgb}
      checked={on && Boolean(srgb)}
      onChange={(event) => store.setState({ srgb: event.currentTarget.checked })}
    />
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
