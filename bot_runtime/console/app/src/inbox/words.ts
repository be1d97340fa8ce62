/** What the inbox says of a ticket, in the reader's language. */
import { me } from "../login/session";
import { clockTime } from "../parts/clock";
import { isText, type TextKey, t } from "../parts/i18n";
import { phoneText } from "../parts/phone";
import type { Line, Row } from "./api";
import { departmentTitle } from "./desk";
import { talkOf } from "./talks";

export const CLOSES_SOON_MS = 7_200_000;
const LATE_MS = 600_000;
const VERY_LATE_MS = 1_800_000;

export type Tone = "calm" | "late" | "very-late";

/** How urgent a wait in the queue has become. */
export function toneOf(waitedMs: number): Tone {
  return waitedMs >= VERY_LATE_MS ? "very-late" : waitedMs >= LATE_MS ? "late" : "calm";
}

/** How urgent it has become to answer before the window closes; what is answered may close. */
export function closingTone(leftMs: number, unread: number): Tone {
  return !unread ? "calm" : leftMs <= VERY_LATE_MS ? "very-late" : "late";
}

/** A closing reason's title; those only the system gives have words of their own. */
export function reasonTitle(name: string): string {
  const own = me.value?.close_reasons.find((known) => known.name === name)?.title;
  const reserved = `reason_${name}`;
  return own ?? (isText(reserved) ? t(reserved) : name);
}

export function stateText(row: Row): string {
  if (row.state !== "taken") return t(`state_${row.state}`);
  return row.owner === me.value?.user.name ? t("owner_is_you") : t("owner_is", { owner: row.owner_name || row.owner });
}

/** The same in a word or two, where the place says the rest. */
export function shortStateText(row: Row): string {
  if (row.state !== "taken") return t(`state_${row.state}`);
  return row.owner === me.value?.user.name ? t("owner_you") : row.owner_name || row.owner;
}

/** What happened, as one sentence. The line's own text names the department, the reason or the colleague. */
export function eventText({ event, text, by, by_name }: Line): string {
  const who = by_name || by;
  const [to = "", ...note] = text.split(" · "); // of a transfer: to whom, and the note that went along
  const facts: Record<string, string> = {
    transferred: [departmentTitle(to), ...note].join(" · "),
    handoff: departmentTitle(text),
    closed: reasonTitle(text),
    window_closes: event === "window_closes" ? clockTime(text) : "",
  };
  const what = facts[event] ?? text;
  const doer = by && by === me.value?.user.name ? "_you" : event === "closed" && !by ? "_by_itself" : "";
  const key = [`event_${event}${doer}${what ? "" : "_bare"}`, `event_${event}${doer}`].find(isText);
  return key ? t(key as TextKey, { who, what }) : [event, text].filter(Boolean).join(": ");
}

/** `[image] the caption` as people read it; where the file itself is shown, the caption is all there is to say. */
export function spoken(text: string, hasFile = false): string {
  return text.replace(/^\[(image|video|audio|document|sticker|location)\]\s?/, (_, kind: TextKey) => (hasFile ? "" : `[${t(kind)}] `)).trimEnd();
}

/** Who says a line, for its head and for assistive technology. */
export function speakerOf(line: Line, contact: string): string {
  switch (line.from) {
    case "contact":
      return contact;
    case "bot":
      return t("bot");
    case "note":
      return line.by === me.value?.user.name ? t("note_yours") : t("note_by", { who: nameOf(line) });
    default:
      return nameOf(line);
  }
}

/** Where the channel gave no name, the number. */
export function contactName(row: Row): string {
  return row.contact_name || addressText(row.address || talkOf(row.id).ticket.value?.contact.address) || t("nameless");
}

export function addressText(address = ""): string {
  return phoneText(address.replace(/^(tel|mailto|web):/, ""));
}

export function viewTitle(view: string): TextKey {
  return `view_${view}` as TextKey;
}

function nameOf({ by, by_name }: Line): string {
  return by === me.value?.user.name ? t("you") : by_name || by || t("a_colleague");
}
