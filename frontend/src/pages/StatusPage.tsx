import { Center, Group, Loader, Progress, Stack, Table, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useStatus } from "@/api/status";
import type { Status } from "@/api/types";
import { bytes, fixed, percent, UNKNOWN } from "@/lib/format";
import { Fact, Facts } from "@/ui/Fact";
import { Problem } from "@/ui/Problem";
import { Time } from "@/ui/Time";
import classes from "./AgreementPage.module.css";

/** How the installation is doing: for its admins, asked again every few seconds. */
export default function StatusPage() {
  const { t } = useTranslation("operations");
  const status = useStatus();
  useDocumentTitle(t("pageTitle"));
  return (
    <div className={classes.page}>
      <Title order={1} size="h3" mb="md">
        {t("title")}
      </Title>
      {status.data ? (
        <Stack gap="xl">
          <Overview status={status.data} />
          <Workers workers={status.data.workers} />
        </Stack>
      ) : (
        <Center py={72}>
          {status.error ? (
            <Problem title={t("notLoaded")} sentence={sentence(status.error)} onRetry={() => void status.refetch()} />
          ) : (
            <Loader aria-label={t("loading")} />
          )}
        </Center>
      )}
    </div>
  );
}

function Overview({ status }: { status: Status }) {
  const { t } = useTranslation("operations");
  const { analyses, slides, tiles, queues } = status;
  const used = 1 - status.disk_free_bytes / status.disk_bytes;
  return (
    <Facts>
      <Fact name={t("queues")}>
        {Object.entries(queues).map(([name, length]) => (
          <Text key={name} size="sm">
            {length === null ? t("brokerAway", { name }) : t("waiting", { name, length })}
          </Text>
        ))}
      </Fact>
      <Fact name={t("oldestWait")}>{t("seconds", { value: fixed(status.oldest_wait_s, 0) })}</Fact>
      <Fact name={t("analyses")}>
        {t("analysesOf", {
          queued: analyses.queued, running: analyses.running, succeeded: analyses.succeeded,
          failed: analyses.failed, cancelled: analyses.cancelled,
        })}
      </Fact>
      <Fact name={t("slides")}>
        {t("slidesOf", { inspecting: slides.inspecting, ready: slides.ready, rejected: slides.rejected })}
      </Fact>
      <Fact name={t("tiles")}>
        {tiles ? t("tilesOf", { median: fixed(tiles.median_ms, 1), p95: fixed(tiles.p95_ms, 1) }) : t("noTilesYet")}
      </Fact>
      <Fact name={t("disk")}>
        <Group gap="sm">
          <Progress
            value={100 * used}
            w={120}
            color={used > 0.9 ? "red" : "blue"}
            aria-label={t("diskUsed", { share: percent(used) })}
          />
          {t("diskOf", { free: bytes(status.disk_free_bytes), all: bytes(status.disk_bytes) })}
        </Group>
      </Fact>
    </Facts>
  );
}

function Workers({ workers }: { workers: Status["workers"] }) {
  const { t } = useTranslation("operations");
  if (workers.length === 0) return <Text c="red">{t("noWorkers")}</Text>;
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table captionSide="top">
        <Table.Caption ta="start">{t("workers")}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {(["host", "queues", "started", "doing", "gpu"] as const).map((one) => (
              <Table.Th key={one}>{t(`columns.${one}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {workers.map((one) => (
            <Table.Tr key={`${one.host} ${one.pid}`}>
              <Table.Td>{`${one.host} · ${one.pid}`}</Table.Td>
              <Table.Td>{one.queues.join(", ")}</Table.Td>
              <Table.Td>
                <Time at={one.started_at} />
              </Table.Td>
              <Table.Td>{one.task ?? t("idle")}</Table.Td>
              <Table.Td>{one.gpus?.length ? one.gpus.map((gpu) => <Gpu key={gpu.name} gpu={gpu} />) : UNKNOWN}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Gpu({ gpu }: { gpu: NonNullable<Status["workers"][number]["gpus"]>[number] }) {
  const { t } = useTranslation("operations");
  return (
    <Text size="sm">
      {t("gpuOf", {
        name: gpu.name, busy: percent(gpu.busy_share), used: bytes(gpu.used_bytes), all: bytes(gpu.total_bytes),
      })}
    </Text>
  );
}
