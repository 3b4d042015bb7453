import { ActionIcon, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconCircleMinus, IconCirclePlus, IconFolderMinus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCountAgain, useRemoveSlide } from "@/api/cases";
import { sentence } from "@/api/errors";
import type { Slide } from "@/api/types";
import { useMay } from "@/api/session";
import { i18n } from "@/lib/i18n";
import { LeaveOutDialog } from "./LeaveOutDialog";
import { slideName } from "@/lib/slideName";

interface CaseSlideActionsProps {
  caseId: string;
  slide: Slide;
}

/** What can be done with a slide as a part of its case: leave it out of the sum or count it again, take it out. */
export function CaseSlideActions({ caseId, slide }: CaseSlideActionsProps) {
  const { t } = useTranslation("cases");
  const [asking, ask] = useDisclosure();
  const again = useCountAgain(caseId);
  const remove = useRemoveSlide(caseId);
  const may = useMay("arrange");
  const { id } = slide;
  const name = slideName(slide.name);
  if (!may) return null;
  return (
    <>
      {slide.left_out === null ? (
        <Act label={t("leaveOutMore")} name={t("leaveOutOf", { name })} icon={<IconCircleMinus size={18} />} onClick={ask.open} />
      ) : (
        <Act
          label={t("countAgain")}
          name={t("countAgainOf", { name })}
          icon={<IconCirclePlus size={18} />}
          busy={again.isPending}
          onClick={() => again.mutate(id, { onError: say })}
        />
      )}
      <Act
        label={t("takeOut")}
        name={t("takeOutOf", { name })}
        icon={<IconFolderMinus size={18} />}
        busy={remove.isPending}
        onClick={() => remove.mutate(id, { onError: say })}
      />
      {asking && <LeaveOutDialog caseId={caseId} slideId={id} name={name} onClose={ask.close} />}
    </>
  );
}

function say(error: Error) {
  notifications.show({ color: "red", title: i18n.t("cases:notChanged"), message: sentence(error) });
}

interface ActProps {
  label: string;
  /** What a screen reader says: the label and of which slide. */
  name: string;
  icon: ReactNode;
  busy?: boolean;
  onClick: () => void;
}

function Act({ label, name, icon, busy, onClick }: ActProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" loading={busy} aria-label={name} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
