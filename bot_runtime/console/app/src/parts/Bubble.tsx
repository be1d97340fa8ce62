import type { ComponentChildren, JSX } from "preact";
import { clockTime } from "./clock";
import { t } from "./i18n";

/** What is known of a message's way; `queued` and `sending` are still with us, `unknown` is for the provider to settle. */
export type Delivery = "queued" | "sending" | "unknown" | "sent" | "delivered" | "read" | "failed";

interface BubbleProps {
  side: "in" | "out";
  /** The first of a run by the same side has the tail. */
  tail: boolean;
  at: string;
  status?: Delivery | null;
  /** For assistive technology: who says it. */
  speaker: string;
  bare?: boolean;
  children: ComponentChildren;
  /** Inside the bubble, under its time. */
  foot?: ComponentChildren;
  /** Next to the bubble, in the room its side leaves. */
  beside?: ComponentChildren;
  below?: ComponentChildren;
}

/** One message of a conversation; `below` hangs under it (reply buttons, a reason). */
export function Bubble({ side, tail, at, status, speaker, bare, children, foot, beside, below }: BubbleProps): JSX.Element {
  const looks = ["bubble", tail && "bubble--tail", bare && "bubble--bare", status === "failed" && "bubble--failed"];
  return (
    <div class={`message message--${side}`}>
      <div class={looks.filter(Boolean).join(" ")}>
        <span class="unseen">{speaker}: </span>
        {children}
        <span class="bubble-meta">
          <time dateTime={at}>{clockTime(at)}</time>
          {status && status !== "failed" && <Ticks status={status} />}
        </span>
        {foot}
        {beside}
      </div>
      {below}
    </div>
  );
}

const CLOCK = "M9 1a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM9 3v2.700l1.800 1.100";
const TWO = "M1 5.800l3.200 3.200L11 1.500M8.400 7.700l1.400 1.300L16.600 1.500";
const TICKS = {
  queued: CLOCK,
  sending: CLOCK,
  unknown: "M7 3.200a2 2 0 1 1 3 1.800c-.7.400-1 .8-1 1.600M9 9.300v.1",
  sent: "M4 5.800l3.200 3.200L14 1.500",
  delivered: TWO,
  read: TWO,
};

const LABELS = { queued: "on_its_way", sending: "on_its_way", unknown: "unknown", sent: "sent", delivered: "delivered", read: "read" } as const;

export function Ticks({ status }: { status: Exclude<Delivery, "failed"> }): JSX.Element {
  return (
    <svg class={`ticks ticks--${status}`} viewBox="0 0 18 11" width="18" height="11" role="img" aria-label={t(LABELS[status])}>
      <path d={TICKS[status]} />
    </svg>
  );
}
