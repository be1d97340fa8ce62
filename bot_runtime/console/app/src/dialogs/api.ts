/** Dialogs and their versions (`docs/architecture.md`), as types and calls. */
import { callApi } from "../login/session";
import { language } from "../parts/i18n";
import { isDark } from "../parts/theme";

export interface Trial {
  number: number;
  share: number;
  since: string;
  counts: Record<string, number>;
}

export interface Move {
  number: number;
  choice: string;
  people: number;
  done: number;
  ended_at: string | null;
  counts: Record<string, number>;
}

export interface Dialog {
  name: string;
  title: string;
  /** 0: never published. */
  live: number;
  at: string | null;
  by: string;
  note: string;
  people: number;
  /** The folder says something else than what is live. */
  draft: boolean;
  trial: Trial | null;
  moving: Move | null;
}

export interface Version {
  number: number;
  version: string;
  state: "live" | "trial" | "withdrawn" | "earlier";
  at: string;
  by: string;
  note: string;
  again: number;
  share: number;
  why: "" | "person" | "replaced" | "failed" | "unfit";
  people: number;
  states: Record<string, number>;
}

export interface Detail {
  path: string;
  kind: "text" | "way" | "rule";
  before: string | number | boolean | null;
  after: string | number | boolean | null;
}

export interface Differences {
  dialog: Detail[];
  states: { state: string; what: "added" | "removed" | "renamed" | "changed"; was: string; details: Detail[] }[];
}

export interface Problem {
  file: string;
  line: number;
  column: number;
  width: number;
  severity: "error" | "warning" | "advice";
  code: string;
  message: string;
  hint: string;
}

export interface TextCount {
  path: string;
  line: number;
  last_line: number;
  text: string;
  characters: number;
  encoding: string;
  units: number;
  parts: number;
  budget: number;
  over: boolean;
}

export interface Check {
  ok: boolean;
  problems: Problem[];
  vanishing: { state: string; people: number; near: string | null }[];
  differences: Differences | null;
  states: string[];
  texts: TextCount[];
}

export interface Text {
  dialog: Dialog;
  /** null: the folder's. */
  number: number | null;
  source: string;
  states: Record<string, number>;
  edits: boolean;
}

export interface People {
  people: "keep" | "migrate" | "restart";
  states?: Record<string, string>;
  stay?: string[];
  text?: string;
}

interface Published {
  dialog: Dialog;
  number: number;
  moving: boolean;
}

const theme = (): string => (isDark() ? "dark" : "light");
const one = (name: string): string => `/dialogs/${encodeURIComponent(name)}`;
const once = (): Record<string, string> => ({ "Idempotency-Key": crypto.randomUUID() });

export const api = {
  list: () => callApi<{ dialogs: Dialog[]; edits: boolean; publishes_saves: boolean }>("GET", "/dialogs"),
  text: (name: string, draft = false) => callApi<Text>("GET", `${one(name)}${draft ? "?draft=true" : ""}`),
  versions: (name: string) => callApi<{ versions: Version[]; moves: Move[] }>("GET", `${one(name)}/versions`),
  diff: (name: string, older: number, newer: number) => callApi<Differences>("GET", `${one(name)}/diff?from=${older}&to=${newer}`),
  check: (name: string, source: string) => callApi<Check>("POST", `${one(name)}/check`, { source }),
  draw: (name: string, source: string) => callApi<{ svg: string }>("POST", `${one(name)}/graph`, { source, theme: theme() }),
  publish: (name: string, wanted: People & { source: string; note: string; share: number }) => callApi<Published>("POST", `${one(name)}/publish`, wanted, once()),
  rollBack: (name: string, to: number, note: string, people: People) => callApi<Published>("POST", `${one(name)}/rollback`, { to, note, ...people }, once()),
  promote: (name: string) => callApi<Published>("POST", `${one(name)}/promote`, {}, once()),
  withdraw: (name: string) => callApi<Published>("POST", `${one(name)}/withdraw`, undefined, once()),
};

export const files = {
  drawing: (name: string, number: number) => `/api/v1${one(name)}/graph?number=${number}&lang=${language.value}&theme=${theme()}&live=true`,
  version: (name: string, number: number) => `/api/v1${one(name)}/versions/${number}/file`,
};
