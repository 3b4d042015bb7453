import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** The one accent: a calm blue that keeps its distance from the pinks and purples of the stain. */
const accent: MantineColorsTuple = [
  "#eef5fb",
  "#dce8f3",
  "#b6cfe6",
  "#8db5d9",
  "#6a9ece",
  "#548fc7",
  "#3d7dba",
  "#1c5d99",
  "#174e82",
  "#0f3d68",
];

/** Latin in Inter; Chinese in the system's own face, of which each system has another. */
const FONTS =
  "'Inter Variable', system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif";

/** The theme; `close` is what a button that closes something is called. */
export function themed(close: string) {
  return createTheme({
    colors: { accent },
    primaryColor: "accent",
    primaryShade: { light: 7, dark: 5 },
    fontFamily: FONTS,
    headings: { fontFamily: FONTS, fontWeight: "600" },
    fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.9375rem" },
    defaultRadius: "sm",
    cursorType: "pointer",
    components: {
      Notification: { defaultProps: { closeButtonProps: { "aria-label": close } } },
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
