import { Accordion, Code, Stack, Text } from "@mantine/core";
import type { Analysis, Findings } from "@/api/types";
import { seconds } from "@/lib/format";
import { STAGE_LABELS, STAGES } from "@/lib/stages";
import { Fact, Facts } from "@/ui/Fact";
import { Time } from "@/ui/Time";

interface ProvenanceProps {
  analysis: Analysis;
  findings: Findings;
}

/** How the findings came about: who asked, which software and networks, how long each stage took. */
export function Provenance({ analysis, findings }: ProvenanceProps) {
  return (
    <Stack gap="md">
      <Facts>
        <Fact name="Requested">
          <Time at={analysis.queued_at} /> by {analysis.requested_by}
        </Fact>
        {analysis.finished_at && (
          <Fact name="Finished">
            <Time at={analysis.finished_at} />
          </Fact>
        )}
        <Fact name="Software">{findings.software}</Fact>
      </Facts>
      <Accordion variant="separated" multiple chevronPosition="left">
        <Section value="networks" title="Networks and weights">
          <Networks networks={findings.networks} />
        </Section>
        <Section value="seconds" title="Time per stage">
          <Facts>
            {STAGES.filter((stage) => stage in findings.seconds).map((stage) => (
              <Fact key={stage} name={STAGE_LABELS[stage]}>
                {seconds(findings.seconds[stage]!)}
              </Fact>
            ))}
          </Facts>
        </Section>
        <Section value="options" title="Options">
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
  return (
    <Stack gap="md">
      {networks.map((network) => (
        <div key={network.sha256}>
          <Text size="sm" fw={600} mb={4}>
            {network.name} ({network.preset})
          </Text>
          <Facts>
            <Fact name="Weights">{network.weights}</Fact>
            <Fact name="SHA-256">
              <Code title={network.sha256}>{network.sha256.slice(0, 12)}</Code>
            </Fact>
            <Fact name="Trained on">{network.trained_on}</Fact>
          </Facts>
        </div>
      ))}
    </Stack>
  );
}
