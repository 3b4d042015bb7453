import { Accordion, Code, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Analysis, Findings } from "@/api/types";
import { seconds } from "@/lib/format";
import { STAGES, stageLabel } from "@/lib/stages";
import { Fact, Facts } from "@/ui/Fact";
import { Time } from "@/ui/Time";

interface ProvenanceProps {
  analysis: Analysis;
  findings: Findings;
}

/** How the findings came about: who asked, which software and networks, how long each stage took. */
export function Provenance({ analysis, findings }: ProvenanceProps) {
  const { t } = useTranslation("analysis");
  return (
    <Stack gap="md">
      <Facts>
        <Fact name={t("requested")}>
          <Time at={analysis.queued_at} />
          {t("by", { name: analysis.requested_by })}
        </Fact>
        {analysis.finished_at && (
          <Fact name={t("finished")}>
            <Time at={analysis.finished_at} />
          </Fact>
        )}
        <Fact name={t("software")}>{findings.software}</Fact>
      </Facts>
      <Accordion variant="separated" multiple chevronPosition="left">
        <Section value="networks" title={t("networks")}>
          <Networks networks={findings.networks} />
        </Section>
        <Section value="seconds" title={t("secondsPerStage")}>
          <Facts>
            {STAGES.filter((stage) => stage in findings.seconds).map((stage) => (
              <Fact key={stage} name={stageLabel(stage)}>
                {seconds(findings.seconds[stage]!)}
              </Fact>
            ))}
          </Facts>
        </Section>
        <Section value="options" title={t("options")}>
          <Code block>{JSON.stringify(findings.options, null, 2)}</Code>
        </Section>
      </Accordion>
    </Stack>
  );
}

function Section({ value, title, children }: { value: string; title: string; children: React.ReactNode }) {
  return (
    <Accordion.Item value={value}>
      <Accordion.Control fz="sm">{title}</Accordion.Control>
      <Accordion.Panel>{children}</Accordion.Panel>
    </Accordion.Item>
  );
}

function Networks({ networks }: { networks: Findings["networks"] }) {
  const { t } = useTranslation("analysis");
  return (
    <Stack gap="md">
      {networks.map((network) => (
        <div key={network.sha256}>
          <Text size="sm" fw={600} mb={4}>
            {t("network", { name: network.name, preset: network.preset })}
          </Text>
          <Facts>
            <Fact name={t("weights")}>{network.weights}</Fact>
            <Fact name={t("sha256")}>
              <Code title={network.sha256}>{network.sha256.slice(0, 12)}</Code>
            </Fact>
            <Fact name={t("trainedOn")}>{network.trained_on}</Fact>
          </Facts>
        </div>
      ))}
    </Stack>
  );
}
