import { IconPhotoOff } from "@tabler/icons-react";
import { thumbnailUrl } from "@/api/slides";
import type { Slide } from "@/api/types";
import classes from "./Thumbnail.module.css";

/** The slide in small, or a quiet frame where there is no picture. */
export function Thumbnail({ slide }: { slide: Slide }) {
  return (
    <span className={classes.frame}>
      {slide.has_thumbnail ? (
        <img className={classes.image} src={thumbnailUrl(slide.id)} alt="" loading="lazy" />
      ) : (
        <IconPhotoOff size={18} stroke={1.5} aria-hidden />
      )}
    </span>
  );
}
