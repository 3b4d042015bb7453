import { Text } from "@mantine/core";
import type { Slide } from "@/api/types";
import { bytes, millimetres, mpp, pixels } from "@/lib/format";
import { vendorName } from "@/lib/vendors";
import { Fact, Facts } from "@/ui/Fact";
import { Time } from "@/ui/Time";

/** What is known of a slide itself. */
export function SlideFacts({ slide }: { slide: Slide }) {
  const { width, height, mpp_x, mpp_y } = slide;
  return (
    <Facts>
      {width && height && mpp_x && mpp_y && <Fact name="On the glass">{millimetres(width, height, mpp_x, mpp_y)}</Fact>}
      {width && height && <Fact name="Size">{pixels(width, height)}</Fact>}
      <Fact name="Pixel size">
        {mpp_x ? mpp(mpp_x, mpp_y) : "unknown"}
        {slide.mpp_source === "entered" && (
          <Text span inherit c="var(--fs-quiet)">
            {" "}
            (entered by hand)
          </Text>
        )}
      </Fact>
      {slide.objective_power && <Fact name="Objective">{slide.objective_power}×</Fact>}
      {slide.vendor && <Fact name="Scanner format">{vendorName(slide.vendor)}</Fact>}
      <Fact name="File">{bytes(slide.size_bytes)}</Fact>
      <Fact name="Uploaded">
        <Time at={slide.uploaded_at} /> by {slide.uploaded_by}
      </Fact>
    </Facts>
  );
}
