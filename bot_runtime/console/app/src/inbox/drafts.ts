/** What was begun and not sent, by ticket: kept for this tab, through reloads, until it is sent or someone else logs in. */
import { type Signal, signal } from "@preact/signals";
import type { Datum } from "./api";

const PREFIX = "bot-runtime.draft.";
const WRITER = "bot-runtime.drafts-of";
const drafts = new Map<string, Signal<string>>();
const unsaved = new Map<string, Signal<Values>>();

type Values = Record<string, Datum["value"]>;

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

/** What comes back unsent stands before what was begun since: neither is lost. */
export function returnDraft(ticket: string, note: boolean, text: string): void {
  keepDraft(ticket, note, [text, draftOf(ticket, note).peek()].filter(Boolean).join("\n"));
}

/** What is kept in this tab was written by whoever logged in here before: it is theirs alone. */
export function claimDrafts(writer: string): void {
  if (sessionStorage.getItem(WRITER) !== writer) forgetDrafts();
  sessionStorage.setItem(WRITER, writer);
}

export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  drafts.clear();
  unsaved.clear();
}

/** What was changed of a ticket's data and not saved: it waits with its ticket too, though not through a reload. */
export function unsavedOf(ticket: string): Signal<Values> {
  const values = unsaved.get(ticket) ?? signal({});
  unsaved.set(ticket, values);
  return values;
}

function keyOf(ticket: string, note: boolean): string {
  return `${PREFIX}${note ? "note." : ""}${ticket}`;
}

/** The beginning of an unsent reply, for its row. */
export function draftMark(ticket: string): string {
  return draftOf(ticket, false).value.slice(0, 80);
}
