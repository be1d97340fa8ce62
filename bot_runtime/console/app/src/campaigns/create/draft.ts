/** The campaign being made: what was filled in so far, its list, and what the server said of it. Going back loses nothing. */
import { computed, signal } from "@preact/signals";
import { type Column, type Detail, ListRefused, type Problems, save, type Template, type Wanted } from "../api";
import { choices, tell } from "../desk";
import type { WordKey } from "../words";
import { waitOf } from "./wait";

export const STEPS = ["basics", "message", "answer", "list", "review"] as const;
export type Step = (typeof STEPS)[number];
export const MOST_BYTES = 20 * 1024 * 1024;

export interface Draft {
  name: string;
  /** "-": none, on purpose. */
  department: string;
  channel: string;
  template: string;
  language: string;
  expectsAnswer: boolean | null;
  hours: string;
  minutes: string;
  dialog: string;
  allowRepeats: boolean;
  file: File | null;
  links: Record<string, string | null>;
}

const EMPTY: Draft = {
  name: "", department: "", channel: "", template: "", language: "", expectsAnswer: null,
  hours: "4", minutes: "00", dialog: "", allowRepeats: false, file: null, links: {},
};

export const draft = signal<Draft>(EMPTY);
export const step = signal<Step>("basics");
export const visited = signal<ReadonlySet<Step>>(new Set(["basics"]));
/** The campaign that is edited, with its list. */
export const editing = signal<Detail | null>(null);

/** What became of the list: on its way (0–1), accepted as a campaign, or refused. */
export const uploading = signal<number | null>(null);
export const accepted = signal<Detail | null>(null);
export const refused = signal<{ message: string; found: Problems; columns: Column[] } | null>(null);
/** The content that `accepted` or `refused` is about. */
const checked = signal("");

export const template = computed<Template | null>(
  () => choices.value?.templates.find(({ name, language }) => name === draft.value.template && language === draft.value.language) ?? null,
);
export const channelKind = computed(() => choices.value?.channels.find(({ name }) => name === draft.value.channel)?.kind ?? null);
/** Whether something changed since the list was checked. */
export const stale = computed(() => checked.value !== content(draft.value));

export function startDraft(): void {
  draft.value = EMPTY;
  editing.value = null;
  forgetUpload();
  step.value = "basics";
  visited.value = new Set(["basics"]);
}

/** All its fields as they were; its list stays until another is chosen. */
export function editCampaign(campaign: Detail): void {
  startDraft();
  editing.value = campaign;
  draft.value = {
    ...EMPTY,
    name: campaign.name,
    department: campaign.department ?? "-",
    channel: campaign.channel,
    template: campaign.template,
    language: campaign.language,
    expectsAnswer: campaign.expects_answer,
    hours: String(Math.floor(campaign.wait_s / 3600)),
    minutes: String(Math.floor(campaign.wait_s / 60) % 60).padStart(2, "0"),
    dialog: campaign.dialog ?? "",
    allowRepeats: campaign.allow_repeats ?? false,
    links: campaign.links ?? {},
  };
  visited.value = new Set(["basics", "message", "answer", "list"]);
}

export function change(part: Partial<Draft>): void {
  draft.value = { ...draft.value, ...part };
}

/** Another kind of channel has other templates. */
export function chooseChannel(channel: string): void {
  const kind = choices.value?.channels.find(({ name }) => name === channel)?.kind;
  const keeps = template.value && template.value.channel_kind === kind;
  change(keeps ? { channel } : { channel, template: "", language: "", dialog: "", links: {} });
}

/** The bot made for a template answers it, unless another is chosen. */
export function chooseTemplate({ name, language, dialog }: Template): void {
  change({ template: name, language, dialog: dialog ?? "", links: {} });
}

/** The missing answers of a step, by field. */
export function missing(of: Step): Partial<Record<keyof Draft, WordKey>> {
  const { name, department, channel, expectsAnswer, hours, minutes, file } = draft.value;
  const found: Partial<Record<keyof Draft, WordKey>> = {};
  if (of === "basics") {
    if (!name.trim()) found.name = "missing_name";
    if (!channel) found.channel = "missing_channel";
    if (!department) found.department = "missing_department";
  } else if (of === "message") {
    if (!template.value) found.template = "missing_template";
  } else if (of === "answer") {
    if (expectsAnswer === null) found.expectsAnswer = "missing_answer";
    if (expectsAnswer && waitOf(hours, minutes) === null) found.hours = "wrong_wait";
  } else if (of === "list" && !file && !stored()) found.file = "missing_list";
  return found;
}

/** The campaign that is changed by sending the form, if it isn't the first time. */
function stored(): Detail | null {
  return accepted.value ?? editing.value;
}

/** The list's name: of the file just chosen, or of the one the server keeps. */
export function listName(): string {
  return draft.value.file?.name ?? stored()?.file ?? "";
}

export function goTo(next: Step): void {
  step.value = next;
  visited.value = new Set([...visited.value, next]);
}

/** The steps that may be gone to: all before the first with something missing, and that one. */
export function reachable(of: Step): boolean {
  const before = STEPS.slice(0, STEPS.indexOf(of));
  if (of === "review" && (!accepted.value || accepted.value.state === "invalid" || stale.value)) return false;
  return visited.value.has(of) && before.every((earlier) => Object.keys(missing(earlier)).length === 0);
}

function wanted(): Wanted {
  const { name, department, channel, template, language, expectsAnswer, hours, minutes, dialog, allowRepeats, links } = draft.value;
  return {
    name: name.trim(),
    channel,
    department: department === "-" ? null : department,
    template,
    language,
    expects_answer: expectsAnswer === true,
    wait_s: expectsAnswer ? waitOf(hours, minutes) : null,
    dialog: (expectsAnswer && dialog) || null,
    allow_repeats: allowRepeats,
    links,
  };
}

function content({ file }: Draft): string {
  return JSON.stringify([wanted(), file && [file.name, file.size, file.lastModified]]);
}

/** The file that `accepted` was made of: sent once, it need not go again. */
let sentFile: File | null = null;

/** Send form and list; what was made before is changed, not made twice. */
export async function check(): Promise<void> {
  const { file } = draft.value;
  const before = stored();
  if ((!file && !before) || uploading.value !== null) return;
  const about = content(draft.value);
  uploading.value = 0;
  try {
    const fresh = file === sentFile ? null : file;
    accept(await save(before?.id ?? null, wanted(), before ? fresh : file, (part) => (uploading.value = part)), about);
    sentFile = file;
  } catch (error) {
    if (!(error instanceof ListRefused)) throw error;
    refused.value = { message: error.message, found: error.found, columns: error.columns };
    checked.value = about;
  } finally {
    uploading.value = null;
  }
}

/** What the server made of the form. */
export function accept(made: Detail, about = content(draft.value)): void {
  accepted.value = made;
  refused.value = null;
  checked.value = about;
  tell(made);
}

function forgetUpload(): void {
  uploading.value = null;
  accepted.value = null;
  refused.value = null;
  checked.value = "";
  sentFile = null;
}
