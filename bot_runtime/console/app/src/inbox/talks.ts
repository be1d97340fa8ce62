/** The conversations that were opened: their lines, what we know of the ticket, and replies still on their way. */
import { type Signal, signal } from "@preact/signals";
import { CallFailed } from "../parts/call";
import { api, type Line, type Ticket } from "./api";
import { myName, tellRow } from "./lists";
import { ms, withLine } from "./order";

/** Something written here that the history doesn't hold yet. `failed`: why it could not be handed over. */
export interface Pending {
  key: string;
  note: boolean;
  text: string;
  at: string;
  failed: string;
}

export interface Talk {
  ticket: Signal<Ticket | null>;
  lines: Signal<Line[]>;
  /** Where the lines before ours begin; null: there are none. */
  earlier: Signal<string | null>;
  pending: Signal<Pending[]>;
  state: Signal<"new" | "loading" | "ready" | "gone" | "failed">;
  /** When what we know of the ticket was asked for, as a number that grows. */
  asked: number;
}

const SETTLE_MS = 150;
const LOOK_AGAIN_MS = 2500;
const CLOCKS_APART_MS = 5000;
const talks = new Map<string, Talk>();
const settling = new Map<string, number>();
let lookups = 0;

export function talkOf(id: string): Talk {
  let talk = talks.get(id);
  if (!talk) {
    talk = { ticket: signal(null), lines: signal([]), earlier: signal(null), pending: signal([]), state: signal("new"), asked: 0 };
    talks.set(id, talk);
  }
  return talk;
}

export async function openTalk(id: string): Promise<void> {
  const talk = talkOf(id);
  if (talk.state.value === "loading" || talk.state.value === "ready") return;
  talk.state.value = "loading";
  try {
    await Promise.all([readTicket(id), readNewest(id)]);
    talk.state.value = "ready";
  } catch (error) {
    const status = error instanceof CallFailed ? error.status : 0;
    talk.state.value = status === 404 || status === 403 ? "gone" : "failed";
  }
}

/** What is known may have holes: the open one is read again, the others when they are opened. */
export function distrustTalks(open: string): void {
  for (const [id, { state }] of talks) if (id !== open && state.value === "ready") state.value = "new";
  if (!open) return;
  void readTicket(open).catch(() => undefined);
  void readNewest(open).catch(() => undefined);
}

/** Handed to where we may not look. */
export function forgetTalk(id: string): void {
  talks.delete(id);
}

export function forgetTalks(): void {
  talks.clear();
}

/** Of two that are asked for at once, the latter: an answer tells how things were when it was asked for. */
async function readTicket(id: string): Promise<void> {
  const asked = ++lookups;
  const told = await api.ticket(id);
  const talk = talkOf(id);
  if (asked < talk.asked) return;
  talk.asked = asked;
  talk.ticket.value = told;
  tellRow(told);
}

async function readNewest(id: string): Promise<void> {
  const talk = talkOf(id);
  const { lines, next } = await api.history(id, null);
  const known = talk.lines.value;
  const reaches = known.length > 0 && lines.some((line) => line.id === known.at(-1)?.id);
  // Lines that came live while we asked may be newer than the answer.
  talk.lines.value = known.filter((line) => reaches || isAfter(line, lines)).reduce(keepIfUnknown, lines);
  if (!reaches) talk.earlier.value = next ?? null;
  for (const line of lines) settlePending(talk, line);
}

function keepIfUnknown(lines: Line[], line: Line): Line[] {
  return lines.some(({ id }) => id === line.id) ? lines : withLine(lines, line);
}

function isAfter(line: Line, lines: Line[]): boolean {
  return ms(line.at) >= ms(lines.at(-1)?.at);
}

export async function readEarlier(id: string): Promise<void> {
  const talk = talkOf(id);
  const before = talk.earlier.value;
  if (before === null) return;
  talk.earlier.value = null; // asked for: not twice
  try {
    const { lines, next } = await api.history(id, before);
    if (talk.earlier.value !== null) return; // all was read anew meanwhile
    const known = new Set(talk.lines.value.map((line) => line.id));
    talk.lines.value = [...lines.filter((line) => !known.has(line.id)), ...talk.lines.value];
    talk.earlier.value = next ?? null;
  } catch {
    talk.earlier.value = before;
  }
}

/** A live line of a conversation that is open, or was. */
export function tellLine(id: string, line: Line): void {
  const talk = talks.get(id);
  if (!talk || talk.state.value === "new") return;
  talk.lines.value = withLine(talk.lines.value, line);
  settlePending(talk, line);
}

/** A turn says several things at once: ask for the ticket's inside when they are all in. */
export function lookInside(id: string): void {
  const state = talks.get(id)?.state.value;
  if (state !== "ready" && state !== "loading") return; // the answer under way could be older than this
  clearTimeout(settling.get(id));
  settling.set(
    id,
    window.setTimeout(() => talks.has(id) && void readTicket(id).catch(() => undefined), SETTLE_MS),
  );
}

export function addPending(id: string, pending: Pending): void {
  const { pending: all } = talkOf(id);
  all.value = [...all.value.filter(({ key }) => key !== pending.key), pending];
}

export function dropPending(id: string, key: string): void {
  const { pending } = talkOf(id);
  pending.value = pending.value.filter((known) => known.key !== key);
}

/** The server has it; should its line not come by itself, fetch it. */
export function expectLine(id: string, key: string): void {
  setTimeout(() => {
    if (!talkOf(id).pending.value.some((known) => known.key === key)) return;
    void readNewest(id).then(
      () => dropPending(id, key),
      () => undefined,
    );
  }, LOOK_AGAIN_MS);
}

/** A line of ours in the history takes the place of what stood for it; it is known by its words. */
function settlePending(talk: Talk, line: Line): void {
  const isNote = line.from === "note";
  if (talk.pending.value.length === 0 || !(isNote || line.from === "agent") || line.by !== myName()) return;
  const found = talk.pending.value.find(({ text, note, at }) => text === line.text && note === isNote && ms(line.at) >= ms(at) - CLOCKS_APART_MS);
  if (found) talk.pending.value = talk.pending.value.filter(({ key }) => key !== found.key);
}
