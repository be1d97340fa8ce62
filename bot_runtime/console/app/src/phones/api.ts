/** The phones' API (`docs/architecture.md`), as types and calls. */
import type { Delivery } from "../parts/Bubble";
import { call } from "../parts/call";
import type { LiveLine } from "../parts/live";

export interface Channel {
  name: string;
  kind: "whatsapp" | "sms";
  provider: string;
  number: string;
  title: string;
}

export interface Need {
  name: string;
  kind: "text" | "number" | "yes_no";
  example: Value;
}

export interface DialogInfo {
  name: string;
  title: string;
  language: string;
  template: string | null;
  keywords: string[];
  default: boolean;
  needs: Need[];
}

export interface Phone {
  id: string;
  name: string;
  number: string;
  channel: string;
  /** Somebody simulated answers on it. */
  simulated?: boolean;
}

export interface ClockState {
  now: string;
  offset_s: number;
}

export interface World {
  language: string;
  /** What `dev --language` asked for. */
  chosen_language?: string;
  channels: Channel[];
  dialogs: DialogInfo[];
  phones: Phone[];
  clock: ClockState;
  problems: { text: string }[];
}

export type Value = string | number | boolean | null;
export type Kind =
  | "text" | "buttons" | "list" | "template"
  | "image" | "audio" | "video" | "document" | "sticker" | "location" | "reaction" | "contacts" | "other";

export interface Choice {
  text: string;
  payload?: string | null;
  url?: string | null;
}

export interface Row {
  id: string;
  title: string;
  description?: string | null;
}

export interface List {
  button: string;
  rows: Row[];
  sections?: { title?: string; rows: Row[] }[];
}

export interface Media {
  kind?: string;
  link?: string | null;
  caption?: string | null;
  filename?: string | null;
}

export interface Message {
  id: string;
  phone: string;
  from: "contact" | "bot";
  at: string;
  kind: Kind;
  text?: string | null;
  header?: string | { text?: string | null; image?: string | null } | null;
  footer?: string | null;
  buttons?: Choice[] | null;
  list?: List | null;
  media?: Media | null;
  location?: { latitude: number; longitude: number; name?: string; address?: string } | null;
  status?: Delivery | null;
  error?: string | { code?: string | number; text?: string } | null;
  quoted?: string | null;
  sms?: { encoding: string; units: number; parts: number; budget: number } | null;
}

export interface JournalLine {
  at?: string;
  kind?: string;
  text?: string;
  facts?: { dialog?: string; from?: string; to?: string; cause?: string };
}

export interface Inside {
  session: {
    dialog: string;
    version: string;
    state: string;
    phase: "waiting" | "quiet" | "ended";
    cause?: string;
    attempts?: number;
    answers?: Record<string, Value>;
    given?: Record<string, Value>;
  } | null;
  deadline: string | null;
  opted_out: boolean;
  /** Why the bot went silent by itself (a loop, too many replies), else empty. */
  bot_stopped?: string;
  journal: JournalLine[];
}

export type Line = LiveLine &
  (
    | { type: "message"; phone: string; message: Message }
    | { type: "status"; phone: string; message: string; status: Delivery; error?: Message["error"] }
    | { type: "typing"; phone: string; on?: boolean }
    | { type: "phones"; phones: Phone[] }
    | { type: "clock"; clock: ClockState }
    | { type: "turn"; phone: string }
    | { type: "workspace"; problems: { text: string }[] }
  );

/** What a contact does on a phone. */
export type Sending =
  | { kind: "text"; text: string }
  | { kind: "tap"; message: string; payload: string; text: string }
  | { kind: "sticker" | "audio" }
  | { kind: "image" | "video"; caption?: string }
  | { kind: "document"; filename: string }
  | { kind: "location"; latitude: number; longitude: number; name: string; address: string }
  | { kind: "reaction"; message: string; emoji: string };

const phone = (id: string): string => `/dev/api/phones/${encodeURIComponent(id)}`;

export const api = {
  world: () => call<World>("GET", "/dev/api/world"),
  addPhone: (wanted: { name: string; channel: string; number?: string }) => call<Phone>("POST", "/dev/api/phones", wanted),
  removePhone: (id: string) => call<unknown>("DELETE", phone(id)),
  messages: (id: string) => call<Message[]>("GET", `${phone(id)}/messages`),
  send: (id: string, sending: Sending) => call<Message | null>("POST", `${phone(id)}/send`, sending),
  read: (id: string) => call<unknown>("POST", `${phone(id)}/read`, {}),
  start: (id: string, dialog: string, given: Record<string, Value>) =>
    call<unknown>("POST", `${phone(id)}/start`, { dialog, given }),
  inside: (id: string) => call<Inside>("GET", `${phone(id)}/session`),
  advance: (advance_s: number) => call<ClockState>("POST", "/test/clock", { advance_s }),
};
