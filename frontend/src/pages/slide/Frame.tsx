import { ActionIcon, Text } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { Analysis, Slide } from "@/api/types";
import { AnalysisPicker } from "@/features/analysis/AnalysisPicker";
import { OtherAnalysis } from "@/features/analysis/OtherAnalysis";
import { Keys } from "@/features/keys/Keys";
import { SlideMenu } from "@/features/slides/SlideMenu";
import { millimetres, mpp } from "@/lib/format";
import { slideName } from "@/lib/slideName";
import { SkipLink } from "@/ui/SkipLink";
import classes from "./Frame.module.css";

interface FrameProps {
  slide: Slide;
  analyses: readonly Analysis[];
  analysis: Analysis | null;
  onChoose: (analysisId: string) => void;
  viewer: ReactNode;
  children: ReactNode;
}

/** The two halves of the slide page; the panel is headed by the slide and the choice of an analysis. */
export function Frame({ slide, analysis, analyses, onChoose, viewer, children }: FrameProps) {
  const { t } = useTranslation("slides");
  const navigate = useNavigate();
  const name = slideName(slide.name);
  return (
    <div className={classes.page}>
      <SkipLink to="findings">{t("skipViewer")}</SkipLink>
      {viewer}
      <aside id="findings" tabIndex={-1} className={classes.panel} aria-label={t("aboutThis")}>
        <header className={classes.head}>
          <ActionIcon component={Link} to="/" variant="subtle" color="gray" aria-label={t("backToWorklist")}>
            <IconArrowLeft size={18} />
          </ActionIcon>
          <div className={classes.title}>
            <Text component="h1" fw={600} truncate title={name}>
              {name}
            </Text>
            <Text size="xs" c="var(--fs-quiet)" className="numeric">
              {inShort(slide) ?? t("mppUnknown")}
            </Text>
          </div>
          <Keys />
          <SlideMenu slide={slide} onDeleted={() => navigate("/")} />
        </header>
        {analysis && analyses.length > 1 && (
          <div className={classes.picker}>
            <AnalysisPicker analyses={analyses} chosen={analysis.id} onChoose={onChoose} />
            <OtherAnalysis analyses={analyses} shown={analysis} onChoose={onChoose} />
          </div>
        )}
        {children}
      </aside>
    </div>
  );
}

/** Size on the glass and pixel size; nothing where the pixel size is unknown. */
function inShort({ width, height, mpp_x, mpp_y }: Slide): string | null {
  if (!width || !height || !mpp_x || !mpp_y) return null;
  return `${millimetres(width, height, mpp_x, mpp_y)} · ${mpp(mpp_x, mpp_y)}`;
}
