/** Tickets and the inbox (`docs/architecture.md`), as types and calls. */
import { callApi, type Presence, type Role } from "../login/session";
import type { LiveLine } from "../parts/live";

export type View = "queue" | "mine" | "all" | "closed";
export type State = "waiting" | "bot" | "queued" | "taken" | "closed";
export type Value = string | number | boolean | string[] | null;

export interface Row {
  id: string;
  number: number;
  channel: string;
  channel_kind: "whatsapp" | "sms";
  state: State;
  department: string;
  owner: string;
  owner_name: string;
  contact_name: string;
  /** How the contact is reached: a number, or what the channel calls them. */
  address: string;
  last_text: string;
  last_at: string | null;
  unread: number;
  opened_at: string | null;
  changed_at: string | null;
  queued_at: string | null;
  /** On WhatsApp: 24 hours after the contact's last message. */
  window_closes_at: string | null;
  reason: string;
  tags: string[];
  dialog: string;
}

/** What a ticket carries beside the conversation. `fixed`: only shown. */
export interface Datum {
  id: string;
  name: string;
  type: "text" | "paragraph" | "yes_no";
  value: string | boolean | null;
  longest: number;
  fixed: boolean;
}

export interface Ticket extends Row {
  session: { dialog: string; title: string; state: string; answers: Record<string, Value>; given: Record<string, Value> } | null;
  /** Where the bot can go on. */
  states: string[];
  contact: { id: string; name: string; address: string };
  opted_out: boolean;
  metadata: Datum[];
}

export type LineStatus = "queued" | "sending" | "unknown" | "sent" | "delivered" | "read" | "failed" | "cancelled" | "expired";

export interface Line {
  id: string;
  at: string;
  from: "contact" | "bot" | "agent" | "note" | "event";
  text: string;
  by: string;
  by_name: string;
  entry: string;
  status: LineStatus | null | "";
  event: string;
  /** The provider's code, where it failed; `why`: what that means. */
  error: string;
  why: { en: string; es: string } | null;
  /** What the contact sent; `fileUrl` says where it is. */
  file?: LineFile | null;
}

export interface LineFile {
  id: string;
  kind: string;
  mime: string;
  name: string;
  bytes: number;
}

export function fileUrl(ticket: string, file: LineFile): string {
  return `/api/v1/tickets/${encodeURIComponent(ticket)}/files/${file.id}`;
}

export interface Counts {
  queue: number;
  mine: number;
  all: number;
}

export interface Colleague {
  name: string;
  display: string;
  role: Role;
  presence: Presence;
  departments: string[];
}

export type Feed = LiveLine &
  (
    | { type: "hello"; now: string | number }
    | { type: "ticket"; id: string; at: string | number; ticket: Row }
    | { type: "line"; id: string; at: string | number; ticket: string; line: Line }
    | { type: "gone"; id: string; at: string | number; ticket: string }
    | { type: "presence"; agent: string; state: Presence }
    | { type: "reset" }
  );

/** What a person does with a ticket. */
export type Act =
  | { act: "take"; from_owner?: string }
  | { act: "reply" | "note"; text: string }
  | { act: "transfer"; department: string; to?: string; note?: string }
  | { act: "give-back"; state?: string }
  | { act: "close"; reason: string }
  | { act: "data"; values: Record<string, Datum["value"]> }
  | { act: "reopen" };

const PAGE = 50;
const LINES = 100;

const ticket = (id: string): string => `/tickets/${encodeURIComponent(id)}`;
const query = (facts: Record<string, string | number | null>): string =>
  new URLSearchParams(Object.entries(facts).flatMap(([name, value]) => (value === null || value === "" ? [] : [[name, String(value)]]))).toString();

export const api = {
  tickets: (view: View, department: string, before: string | null, limit = PAGE) =>
    callApi<{ tickets: Row[]; counts: Counts; next: string | null }>("GET", `/tickets?${query({ view, department, limit, before })}`),
  ticket: (id: string) => callApi<Ticket>("GET", ticket(id)),
  history: (id: string, before: string | null) =>
    callApi<{ lines: Line[]; next: string | null }>("GET", `${ticket(id)}/history?${query({ before, limit: LINES })}`),
  act: (id: string, { act, ...facts }: Act, key: string) =>
    callApi<{ ticket: Row; warning?: { code: string; text: string } | null }>("POST", `${ticket(id)}/${act}`, facts, { "Idempotency-Key": key }),
  agents: () => callApi<{ agents: Colleague[] }>("GET", "/agents").then(({ agents }) => agents),
};
