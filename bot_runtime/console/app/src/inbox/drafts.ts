/** What was begun and not sent, by ticket: kept for this tab, through reloads, until it is sent or someone else logs in. */
import { type Signal, signal } from "@preact/signals";

const PREFIX = "bot-runtime.draft.";
const drafts = new Map<string, Signal<string>>();

export function draftOf(ticket: string, note: boolean): Signal<string> {
  const key = keyOf(ticket, note);
  let draft = drafts.get(key);
  if (!draft) {
    draft = signal(sessionStorage.getItem(key) ?? "");
    drafts.set(key, draft);
  }
  return draft;
}

export function keepDraft(ticket: string, note: boolean, text: string): void {
  const key = keyOf(ticket, note);
  draftOf(ticket, note).value = text;
  if (text) sessionStorage.setItem(key, text);
  else sessionStorage.removeItem(key);
}

export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  drafts.clear();
}

function keyOf(ticket: string, note: boolean): string {
  return `${PREFIX}${note ? "note." : ""}${ticket}`;
}

/** The beginning of an unsent reply, for its row. */
export function draftMark(ticket: string): string {
  return draftOf(ticket, false).value.slice(0, 80);
}
