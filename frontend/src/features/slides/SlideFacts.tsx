import { Anchor, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSlidesOfSameFile } from "@/api/slides";
import type { Slide } from "@/api/types";
import { bytes, millimetres, mpp, percent, pixels } from "@/lib/format";
import { nameInCase } from "@/lib/slideName";
import { vendorName } from "@/lib/vendors";
import { Fact, Facts } from "@/ui/Fact";
import { Time } from "@/ui/Time";

/** What is known of a slide itself. */
export function SlideFacts({ slide }: { slide: Slide }) {
  const { t } = useTranslation("slides");
  const { width, height, mpp_x, mpp_y } = slide;
  return (
    <Facts>
      {width && height && mpp_x && mpp_y && <Fact name={t("onTheGlass")}>{millimetres(width, height, mpp_x, mpp_y)}</Fact>}
      {width && height && <Fact name={t("size")}>{pixels(width, height)}</Fact>}
      <Fact name={t("pixelSize")}>
        {mpp_x ? mpp(mpp_x, mpp_y) : t("unknown")}
        {slide.mpp_source === "entered" && (
          <Text span inherit c="var(--fs-quiet)">
            {" "}
            {t("enteredByHand")}
          </Text>
        )}
      </Fact>
      {slide.objective_power && <Fact name={t("objective")}>{slide.objective_power}×</Fact>}
      {slide.blur_share != null && <Fact name={t("outOfFocus")}>{t("ofTissue", { share: percent(slide.blur_share) })}</Fact>}
      {slide.pen_share != null && <Fact name={t("pen")}>{t("ofSlide", { share: percent(slide.pen_share, 1) })}</Fact>}
      {slide.vendor && <Fact name={t("scannerFormat")}>{vendorName(slide.vendor)}</Fact>}
      <Fact name={t("file")}>{bytes(slide.size_bytes)}</Fact>
      <Fact name={t("uploaded")}>
        <Time at={slide.uploaded_at} />
        {t("by", { name: slide.uploaded_by })}
      </Fact>
      <SameFile slideId={slide.id} />
    </Facts>
  );
}

/** The slides that came with the same file: one slide twice, perhaps in two cases. */
function SameFile({ slideId }: { slideId: string }) {
  const { t } = useTranslation("slides");
  const { data: others = [] } = useSlidesOfSameFile(slideId);
  if (others.length === 0) return null;
  return (
    <Fact name={t("sameFile")}>
      {others.map((one) => (
        <Anchor key={one.id} component={Link} to={`/slides/${one.id}`} inherit display="block" underline="always">
          {nameInCase(one)}
        </Anchor>
      ))}
    </Fact>
  );
}
