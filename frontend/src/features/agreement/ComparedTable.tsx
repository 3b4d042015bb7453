import { Anchor, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Agreement } from "@/api/types";
import { fixed, UNKNOWN } from "@/lib/format";
import { slideName } from "@/lib/slideName";
import { day } from "@/lib/time";

/** Each slide that the reader read alone and that was signed: both scores, both patterns. */
export function ComparedTable({ slides }: { slides: Agreement["slides"] }) {
  const { t } = useTranslation(["agreement", "consensus"]);
  const pattern = (one: Agreement["slides"][number]["signed_pattern"]) =>
    one === null ? UNKNOWN : t(`consensus:patterns.${one}`);
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table aria-label={t("slides")} className="numeric" fz="sm">
        <Table.Thead>
          <Table.Tr>
            {(["slide", "read", "estimated", "signed", "difference", "ownPattern", "signedPattern"] as const).map((name) => (
              <Table.Th key={name}>{t(`columns.${name}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {slides.toReversed().map((one) => {
            const { estimated_focus_score: estimated, signed_focus_score: signed } = one;
            return (
              <Table.Tr key={one.analysis_id}>
                <Table.Td style={{ whiteSpace: "nowrap" }}>
                  <Anchor component={Link} to={`/slides/${one.slide_id}?analysis=${one.analysis_id}`} size="sm">
                    {slideName(one.slide)}
                  </Anchor>
                </Table.Td>
                <Table.Td style={{ whiteSpace: "nowrap" }}>{day(one.read_at)}</Table.Td>
                <Table.Td>{estimated === null ? t("couldNotSay") : fixed(estimated, 2)}</Table.Td>
                <Table.Td>{fixed(signed, 2)}</Table.Td>
                <Table.Td>{fixed(estimated === null || signed === null ? null : estimated - signed, 2)}</Table.Td>
                <Table.Td>{pattern(one.pattern)}</Table.Td>
                <Table.Td>{pattern(one.signed_pattern)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
