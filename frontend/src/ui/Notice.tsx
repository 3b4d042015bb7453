import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./Notice.module.css";

interface NoticeProps {
  /** How much it matters: worth knowing, worth care, or wrong. */
  tone: "info" | "care" | "wrong";
  title?: string;
  children?: ReactNode;
}

/** Something the reader should know about what stands beside it. */
export function Notice({ tone, title, children }: NoticeProps) {
  const Icon = tone === "info" ? IconInfoCircle : IconAlertTriangle;
  return (
    <div className={classes.notice} data-tone={tone} role={tone === "wrong" ? "alert" : undefined}>
      <Icon size={18} className={classes.icon} aria-hidden />
      <div className={classes.text}>
        {title && <div className={classes.title}>{title}</div>}
        {children}
      </div>
    </div>
  );
}
