/** Campaigns (`docs/architecture.md`), as types and calls. */
import { callApi, uploadToApi } from "../login/session";
import { CallFailed } from "../parts/call";
import { language } from "../parts/i18n";
import type { LiveLine } from "../parts/live";

export type State =
  | "draft" | "validating" | "loaded" | "invalid" | "scheduled" | "sending" | "paused"
  | "completed" | "finished_with_errors" | "error" | "cancelled";
export type Status =
  | "pending" | "queued" | "sent" | "delivered" | "read" | "failed" | "unknown" | "expired" | "cancelled" | "skipped";
export type Counts = Partial<Record<Status, number>>;

export interface Summary {
  id: string;
  name: string;
  state: State;
  /** Why it is paused or ended as it did, where there is something to say. */
  cause: string | null;
  channel: string;
  number: string;
  department: string | null;
  template: string;
  language: string;
  dialog: string | null;
  expects_answer: boolean;
  wait_s: number;
  remind?: Reminder[];
  late?: Late;
  busy?: string;
  contacts: number;
  messages: number;
  sent: number;
  counts: Counts;
  answered: number;
  created_at: string;
  scheduled_at: string | null;
  sent_at: string | null;
  ended_at: string | null;
  ends_estimated: boolean;
  /** Messages that have no room in their number's level, and until when. */
  waiting?: number;
  waits_until?: string | null;
  archived: boolean;
  by: string;
}

/** One of `say` and `template` is empty. */
export interface Reminder {
  after_s: number;
  say: string;
  template: string;
  language: string;
}

export type LatePolicy = "reopen" | "new" | "say";

/** What becomes of an answer within so many hours after the wait (D05); `say`: the one text, of that policy alone. */
export interface Late {
  policy: LatePolicy;
  within_h: number;
  say: string;
}

export interface Figures {
  planned: number;
  sent: number;
  reached: number;
  answered: number;
  late: number;
  /** 0–1; null while nothing was planned. */
  redemption: number | null;
  tickets: Record<string, number>;
  /** What came of those who were in a conversation (D51): sent, skipped, queued, interrupted, waiting. */
  busy?: Record<string, number>;
  /** How often each code was answered, by the question's name. */
  answers?: Record<string, Record<string, number>>;
  arms?: Record<string, Record<string, Record<string, number>>>;
}

export interface Column {
  column: string;
  header: string;
  use: "phone" | "parameter" | "variable";
  name: string;
  metadata: string | null;
}

export interface Detail extends Summary {
  figures: Figures;
  actions: Action[];
  columns?: Column[];
  allow_repeats?: boolean;
  links?: Record<string, string | null>;
  goal?: string | null;
  expects?: Record<string, string>;
  custom_data?: string[];
  /** The name of the list's file. */
  file?: string;
  /** Wrong rows that somebody chose to go on without. */
  dropped?: number;
  /** What it costs by SMS: parts of all messages, of the longest, and how many are longer than advised. */
  sms?: { parts: number; most: number; over_budget: number } | null;
}

export type Action =
  | "launch" | "schedule" | "unschedule" | "pause" | "resume" | "cancel" | "rename" | "edit" | "duplicate" | "delete"
  | "archive" | "restore" | "resend" | "export" | "results";

export interface Problem {
  row: number | null;
  column: string | null;
  header: string | null;
  code: string;
  message: string;
  hint: string;
}

export interface Problems {
  problems: Problem[];
  total: number;
}

/** Who would get it if it were sent now: `left` of `messages`. */
export interface Review {
  messages: number;
  left: number;
  set_aside: { reason: string; why: string; count: number }[];
  /** Where what it declares, its bot's questions and its list disagree; stops nothing. */
  advice?: Advised[];
  /** What every survey that follows the bot's adds, at most. */
  surveys?: AddedSurvey[];
}

/** `parts` only by SMS; `all_…` for all who would get the campaign. */
export interface AddedSurvey {
  dialog: string;
  title: string;
  messages: number;
  parts: number | null;
  all_messages: number;
  all_parts: number | null;
}

/** `proposal`: the state to add to the dialog, where a question is missing or weak. */
export interface Advised {
  code: string;
  name: string;
  message: string;
  proposal: string | null;
}

/** How many messages leave on which day if it is sent now; `limit` null: nothing is counted. */
export interface Outlook {
  messages: number;
  limit: number | null;
  free: number | null;
  /** Messages of older campaigns, which go first. */
  ahead: number;
  today: number;
  days: { day: string; messages: number }[];
  /** What would not leave within a year. */
  left_over: number;
  advice: string | null;
}

export interface Preview {
  row: number;
  rows: number;
  phone: string;
  header: { text?: string; image?: string } | null;
  text: string;
  footer: string | null;
  buttons: { text: string; url?: string | null }[];
  /** What this text costs by SMS: units of each part; `budget` in characters. */
  sms?: { characters: number; parts: number[]; budget: number; over_budget: boolean } | null;
}

export interface Recipient {
  row: number;
  phone: string;
  parameters: string[];
  status: Status;
  reason: string | null;
  /** The reason in words. */
  why?: string | null;
  sent_at: string | null;
  delivered_at: string | null;
  read_at: string | null;
  failed_at: string | null;
  answered_at: string | null;
  ticket: string | null;
}

export interface Channel {
  name: string;
  kind: "whatsapp" | "sms";
  number: string;
  title: string;
  /** Whether it tells us who read. */
  reads: boolean;
}

export interface Template {
  name: string;
  language: string;
  channel_kind: "whatsapp" | "sms";
  header: { text?: string; image?: string } | null;
  body: string;
  footer: string | null;
  buttons: { text: string; url?: string | null }[];
  parameters: string[];
  dialog: string | null;
}

export interface Metadata {
  key: string;
  name: string;
  type: "text" | "paragraph" | "yes_no";
  /** Empty: all. */
  departments: string[];
}

export interface Named {
  name: string;
  title: string;
}

/** What the form offers. */
export interface Choices {
  channels: Channel[];
  templates: Template[];
  dialogs: (Named & { template: string | null })[];
  departments: Named[];
  metadata: Metadata[];
  zone: string;
  /** Whether the workspace says so; else `zone` is UTC, which may be nobody's. */
  says_zone: boolean;
  late?: Named[];
  busy?: Named[];
  goals?: Named[];
  /** `proposal`: a question that finds such a datum out. */
  expected_types?: (Named & { proposal: string })[];
}

export interface Wanted {
  name: string;
  channel: string;
  department: string | null;
  template: string;
  language: string;
  expects_answer: boolean;
  wait_s: number | null;
  remind: Partial<Reminder>[];
  late: Late;
  busy: string;
  dialog: string | null;
  allow_repeats: boolean;
  links: Record<string, string | null>;
  goal: string;
  expects: Record<string, string>;
  custom_data: string[];
}

export interface Filters {
  state: string;
  channel: string;
  q: string;
  archived: boolean;
  /** Of which date `from` and `to` are the first and the last day; empty: of none. */
  dated: "" | "created" | "sent";
  from: string;
  to: string;
  /** Whose days they are. */
  zone: string;
}

export const NO_FILTERS: Filters = { state: "", channel: "", q: "", archived: false, dated: "", from: "", to: "", zone: "" };

export type Feed = LiveLine &
  ({ type: "hello"; now: string | number } | { type: "campaign"; at?: string | number; campaign: Summary } | { type: "reset" });

const one = (id: string): string => `/campaigns/${encodeURIComponent(id)}`;

/** `?state=sending`, without what is empty. */
export function query(facts: Record<string, string | number | boolean | null>): string {
  const given = Object.entries(facts).filter(([, value]) => value !== null && value !== "" && value !== false);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

export const api = {
  list: ({ dated, from, to, zone, ...plain }: Filters, before: string | null, limit: number | null = null) => {
    const days: Record<string, string> = dated && (from || to) ? { dated, from, to, zone } : {};
    return callApi<{ campaigns: Summary[]; next: string | null }>("GET", `/campaigns?${query({ ...plain, ...days, before, limit })}`);
  },
  /** What to say of a name that tells no topic and aim; empty for one that does. */
  nameAdvice: (name: string) => callApi<{ advice: string }>("GET", `/campaigns/name-advice?${query({ name })}`).then(({ advice }) => advice),
  /** A flow for a template that has none: it thanks and closes. */
  createFlow: (template: string, its: string) => callApi<{ dialog: { name: string } }>("POST", "/campaigns/flows", { template, language: its }),
  choices: () => callApi<Choices>("GET", "/campaigns/choices"),
  detail: (id: string) => callApi<Detail | { campaign: Detail }>("GET", one(id)).then((said) => ("campaign" in said ? said.campaign : said)),
  problems: (id: string) => callApi<Problems>("GET", `${one(id)}/problems`),
  plan: (id: string) => callApi<Outlook>("GET", `${one(id)}/plan`),
  review: (id: string) => callApi<Review>("GET", `${one(id)}/review`),
  preview: (id: string, row: number | null) => callApi<Preview>("GET", `${one(id)}/preview?${query({ row })}`),
  recipients: (id: string, status: string, q: string, after: string | number | null, limit = 50) =>
    callApi<{ recipients: Recipient[]; next: string | null }>("GET", `${one(id)}/recipients?${query({ status, q, after, limit })}`),
  /** Drop the rows that are wrong, and go on with the others. */
  skipWrong: (id: string) => callApi<{ campaign: Detail }>("PATCH", one(id), { skip_wrong: true }).then(({ campaign }) => campaign),
  act: (id: string, action: Action, facts: object = {}, key: string = crypto.randomUUID()) =>
    callApi<{ campaign: Summary } | null>("POST", `${one(id)}/${action}`, facts, { "Idempotency-Key": key }),
};

/** Addresses the browser itself downloads from, in the page's language: a link sends no header that says it. */
export const files = {
  sample: ({ name, language: its }: Template, channel: string, format: "xlsx" | "csv") =>
    `/api/v1/campaigns/sample?${query({ template: name, language: its, channel, format, lang: language.value })}`,
  export: (id: string, format: "xlsx" | "csv") => `/api/v1${one(id)}/export?${query({ format, lang: language.value })}`,
};

/** The list was refused: nothing is stored, and `problems` says what to mend. */
export class ListRefused extends CallFailed {
  constructor(message: string, readonly found: Problems, readonly columns: Column[]) {
    super(422, message);
  }
}

/**
 * Make a campaign of a form and its list, or change the one of `id`: without a file, that one's list stays.
 * `key`: sent again with the same one, it is made once. `onProgress` is told the part of the file that has left, 0–1.
 */
export async function save(id: string | null, wanted: Wanted, file: File | null, key: string, onProgress: (part: number) => void): Promise<Detail> {
  const form = new FormData();
  form.append("campaign", JSON.stringify(wanted));
  if (file) form.append("file", file);
  try {
    const { campaign } = await uploadToApi<{ campaign: Detail }>(id ? "PATCH" : "POST", id ? one(id) : "/campaigns", form, { "Idempotency-Key": key }, onProgress);
    return campaign;
  } catch (error) {
    if (!(error instanceof CallFailed) || error.status !== 422 || !Array.isArray(error.said.problems)) throw error;
    const problems = error.said.problems as Problem[];
    throw new ListRefused(error.message, { problems, total: Number(error.said.total ?? problems.length) }, (error.said.columns as Column[] | undefined) ?? []);
  }
}
