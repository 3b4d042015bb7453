import { Anchor, Button, Group, Text } from "@mantine/core";
import { Trans, useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useDeleteSlide } from "@/api/slides";
import { sentence } from "@/api/errors";
import { dismiss, keepBoth } from "./queue";
import type { UploadItem } from "./store";
import { nameInCase } from "@/lib/slideName";

/** The same file was there already: say which slide it is, and ask what to do with this one. */
export function Twins({ item }: { item: UploadItem }) {
  const { t } = useTranslation("slides");
  const discard = useDeleteSlide(item.id);
  const [twin] = item.twins;
  if (!twin) return null;
  return (
    <div role="group" aria-label={t("upload.twinOf", { name: item.name })}>
      <Text size="xs" mt={4}>
        <Trans
          t={t}
          i18nKey="upload.twin"
          values={{ name: nameInCase(twin) }}
          components={{ slide: <Anchor component={Link} to={`/slides/${twin.id}`} inherit /> }}
        />
      </Text>
      {discard.error && (
        <Text size="xs" c="var(--fs-danger)" role="alert">
          {sentence(discard.error)}
        </Text>
      )}
      <Group gap="xs" mt={6}>
        <Button
          size="compact-xs"
          variant="default"
          loading={discard.isPending}
          onClick={() => discard.mutate(undefined, { onSuccess: () => dismiss(item.id) })}
        >
          {t("upload.discardTwin")}
        </Button>
        <Button size="compact-xs" variant="subtle" onClick={() => keepBoth(item.id)}>
          {t("upload.keepTwin")}
        </Button>
      </Group>
    </div>
  );
}
