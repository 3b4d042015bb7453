import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** The one accent: a calm blue that keeps its distance from the pinks and purples of the stain. */
const accent: MantineColorsTuple = [
  "#eef5fb",
  "#dce8f3",
  "#b6cfe6",
  "#8db5d9",
  "#6a9ece",
  "#548fc7",
  "#3977b2",
  "#1c5d99",
  "#174e82",
  "#0f3d68",
];

/** The greys of the dark scheme, of one family with the surfaces in global.css. */
const dark: MantineColorsTuple = [
  "#d0d5db",
  "#bac1c9",
  "#a3acb8",
  "#7d8793",
  "#3d434b",
  "#333840",
  "#2a2e34",
  "#1f2226",
  "#17191c",
  "#101214",
];

/** Dark enough for white words and marks on the filled shades, which are the seventh and eighth. */
const red: MantineColorsTuple = [
  "#fff5f5",
  "#ffe3e3",
  "#ffc9c9",
  "#ffa8a8",
  "#ff8787",
  "#e85d5d",
  "#d13a3a",
  "#c22f2f",
  "#a92727",
  "#8a1f1f",
];
const teal: MantineColorsTuple = [
  "#e6fcf5",
  "#c3fae8",
  "#96f2d7",
  "#63e6be",
  "#38d9a9",
  "#20c997",
  "#0ca678",
  "#099268",
  "#087f5b",
  "#066649",
];

/** Latin in Inter; Chinese in the system's own face, of which each system has another. */
const FONTS =
  "'Inter Variable', system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif";

/** The theme; `close` is what a button that closes something is called. */
export function themed(close: string) {
  return createTheme({
    colors: { accent, dark, red, teal },
    primaryColor: "accent",
    primaryShade: { light: 7, dark: 6 },
    fontFamily: FONTS,
    headings: { fontFamily: FONTS, fontWeight: "600" },
    fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.9375rem" },
    defaultRadius: "sm",
    cursorType: "pointer",
    respectReducedMotion: true,
    components: {
      // Without it, the menu holds an element that is no item, which screen readers stumble over.
      Menu: { defaultProps: { withInitialFocusPlaceholder: false }, styles: { label: { color: "var(--fs-quiet)" } } },
      InputWrapper: { styles: { description: { color: "var(--fs-quiet)" } } },
      Notification: {
        defaultProps: { closeButtonProps: { "aria-label": close } },
        styles: { description: { color: "var(--fs-quiet)" } },
      },
      Notifications: { styles: { root: { marginBottom: "var(--fs-foot)" } } },
      Switch: { styles: { description: { color: "var(--fs-quiet)" } } },
      Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
      Button: { defaultProps: { size: "sm" } },
      Modal: {
        defaultProps: {
          centered: true,
          radius: "md",
          overlayProps: { backgroundOpacity: 0.35 },
          closeButtonProps: { "aria-label": close },
        },
        styles: { title: { fontWeight: 600 } },
      },
    },
  });
}
