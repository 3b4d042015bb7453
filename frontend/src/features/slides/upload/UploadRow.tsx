import { Anchor, Group, Progress, Text } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconFiles } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { bytes, percentSoFar, seconds } from "@/lib/format";
import { i18n } from "@/lib/i18n";
import { inLanguage } from "@/lib/sentences";
import { isOver, isRenamed, type UploadItem } from "./store";
import { Twins } from "./Twins";
import { UploadControls } from "./UploadControls";
import classes from "./UploadPanel.module.css";
import { slideName } from "@/lib/slideName";

interface UploadRowProps {
  item: UploadItem;
  /** Why the slide was rejected once it had come. */
  rejection?: string;
}

/** One slide on its way: how far, how fast, what can be done about it, and where it is listed or why it was rejected. */
export function UploadRow({ item, rejection }: UploadRowProps) {
  const { t } = useTranslation("slides");
  const fraction = item.sent / Math.max(1, item.size);
  return (
    <li className={classes.row}>
      <Group gap={4} wrap="nowrap">
        {isOver(item) && rejection === undefined && <IconCheck size={16} className={classes.done} aria-hidden />}
        {rejection !== undefined && <IconAlertTriangle size={16} className={classes.rejected} aria-hidden />}
        {item.files > 1 && <IconFiles size={16} className={classes.files} aria-label={t("upload.files", { count: item.files })} />}
        <Text size="sm" fw={500} truncate flex={1} title={item.name}>
          <bdi>{item.name}</bdi>
        </Text>
        <UploadControls item={item} />
      </Group>
      {item.state !== "failed" && !isOver(item) && (
        <Progress
          value={100 * fraction}
          size={4}
          mt={4}
          color={item.state === "sending" ? undefined : "gray"}
          aria-label={t("upload.of", { name: item.name })}
        />
      )}
      <Text size="xs" mt={4} c={item.state === "failed" ? "var(--fs-danger)" : "var(--fs-quiet)"} className="numeric" role={item.state === "sending" ? undefined : "status"}>
        {described(item, fraction)}
        {isOver(item) && isRenamed(item) && (
          <>
            {" · "}
            <Anchor component={Link} to={`/slides/${item.id}`} inherit>
              {listed(item)}
            </Anchor>
          </>
        )}
      </Text>
      {rejection !== undefined && (
        <Text size="xs" c="var(--fs-danger)" role="status">
          {inLanguage(rejection)}
        </Text>
      )}
      {item.state === "twin" && <Twins item={item} />}
    </li>
  );
}

function described(item: UploadItem, fraction: number): string {
  const [size, progress] = [bytes(item.size), percentSoFar(fraction)];
  if (item.sentence) return item.sentence;
  if (isOver(item)) return i18n.t("slides:upload.done", { size });
  if (item.state === "queued") return i18n.t("slides:upload.queued", { size });
  if (item.state === "paused") return i18n.t("slides:upload.paused", { progress });
  if (item.state === "finishing") return i18n.t("slides:upload.finishing");
  if (item.state === "absent" && fraction >= 1) return i18n.t("slides:upload.absentWhole");
  if (item.state === "absent") return i18n.t(item.files > 1 ? "slides:upload.absentFolder" : "slides:upload.absentFile", { progress });
  return [
    i18n.t("slides:upload.sent", { sent: bytes(item.sent), size, progress }),
    ...pace(item),
    item.resumedAt !== null && i18n.t("slides:upload.resuming", { progress: percentSoFar(item.resumedAt) }),
    isRenamed(item) && listed(item),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Say what it is called in the worklist. */
function listed(item: UploadItem): string {
  return i18n.t("slides:upload.listedAs", { name: slideName(item.listedAs) });
}

/** Say how fast it goes and how long it will take, once that is known. */
function pace({ speed, sent, size }: UploadItem): string[] {
  if (speed === null) return [];
  const perSecond = `${bytes(Math.max(0, Math.round(speed)))}/s`;
  return speed > 0 ? [perSecond, i18n.t("slides:upload.left", { time: seconds(Math.ceil((size - sent) / speed)) })] : [perSecond];
}
