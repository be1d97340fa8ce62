/**
 * The campaign being made: what was filled in so far, its list, and what the server said of it. Going back loses nothing,
 * nor does turning to the form of another campaign: what is unfinished there waits on a shelf.
 */
import { computed, effect, signal, untracked } from "@preact/signals";
import { whenUserChanges } from "../../login/session";
import { CallFailed } from "../../parts/call";
import { notify } from "../../parts/Notices";
import { api, type Column, type Detail, ListRefused, type Problems, save, type Template, type Wanted } from "../api";
import { choices, inForm, showForm, tell } from "../desk";
import { w, type WordKey } from "../words";
import { type Draft, EMPTY, filledFrom, wantedOf } from "./fields";
import { allMetadata, dropped } from "./links";
import { lateTrouble } from "./policies";
import { type Sendable, troublesOf } from "./reminders";
import { type Step, stepOf, stepsOf } from "./steps";
import { waitOf } from "./wait";

export const MOST_BYTES = 20 * 1024 * 1024;

export const draft = signal<Draft>(EMPTY);
export const step = signal<Step>("basics");
export const visited = signal<ReadonlySet<Step>>(new Set(["basics"]));
/** Whose form it is: the id of the campaign that is edited, empty for a new one. */
const about = signal("");
/** The campaign that is edited, with its list; null while it is on its way: there is nothing yet to type into. */
export const editing = signal<Detail | null>(null);
export const ready = computed(() => !about.value || editing.value !== null);
/** Why the campaign to be edited isn't there. */
export const formTrouble = signal("");
/** It is scheduled: somebody has to say that it won't go out by itself any more before it is changed. */
export const holds = signal<Detail | null>(null);
/** The form was left unfinished, and came back as it was. */
export const resumed = signal(false);

/** What became of the list: on its way (0–1), accepted as a campaign, or refused. */
export const uploading = signal<number | null>(null);
export const accepted = signal<Detail | null>(null);
export const refused = signal<{ message: string; found: Problems; columns: Column[] } | null>(null);
/** The content that `accepted` or `refused` is about, and the one the form began with. */
const checked = signal("");
let untouched = "";

export const template = computed<Template | null>(
  () => choices.value?.templates.find(({ name, language }) => name === draft.value.template && language === draft.value.language) ?? null,
);
export const channelKind = computed(() => choices.value?.channels.find(({ name }) => name === draft.value.channel)?.kind ?? null);
/** What its reminders may send, and what is wrong with each. */
export const sendable = computed<Sendable>(() => ({
  kind: channelKind.value, templates: choices.value?.templates ?? [], names: template.value?.parameters ?? [],
}));
export const reminderTroubles = computed(() => troublesOf(draft.value.remind, waitOf(draft.value.hours, draft.value.minutes), sendable.value));
export const lateWrong = computed(() => lateTrouble(draft.value.late, sendable.value.names));
/** The steps of this form, in order. */
export const steps = computed(() => stepsOf(draft.value.expectsAnswer));
/** The links that the tickets of the chosen department can't have: they go, with a notice (D28). */
export const unlinked = computed(() => {
  const columns = refused.value?.columns ?? stored()?.columns ?? [];
  return dropped(draft.value.links, columns, allMetadata.value, draft.value.department);
});
/** Whether something changed since the list was checked. */
export const stale = computed(() => checked.value !== content(draft.value));

/** Something is filled in that the server does not have. */
const unfinished = computed(() => ready.value && stale.value && content(draft.value) !== untouched);

interface Shelved {
  draft: Draft;
  step: Step;
  visited: ReadonlySet<Step>;
  editing: Detail | null;
  accepted: Detail | null;
  refused: typeof refused.value;
  checked: string;
  untouched: string;
  sentFile: File | null;
}
const shelf = new Map<string, Shelved>();

function turnTo(id: string): void {
  if (id !== about.value) {
    if (unfinished.value)
      shelf.set(about.value, {
        draft: draft.value, step: step.value, visited: visited.value, editing: editing.value, accepted: accepted.value,
        refused: refused.value, checked: checked.value, untouched, sentFile,
      });
    startDraft();
    about.value = id;
    const found = shelf.get(id);
    shelf.delete(id);
    if (found) unshelve(found);
  }
  if (!ready.value) void load(id);
}

function unshelve(found: Shelved): void {
  draft.value = found.draft;
  step.value = found.step;
  visited.value = found.visited;
  editing.value = found.editing;
  accepted.value = found.accepted;
  refused.value = found.refused;
  checked.value = found.checked;
  untouched = found.untouched;
  sentFile = found.sentFile;
}

/** Show the form of a new campaign, or of `id`; one that was left unfinished as it was left. */
export function openForm(id = ""): void {
  showForm(id);
  if (unfinished.value) resumed.value = true;
  else startAnew();
}

/** Forget what was filled in. */
export function startAnew(): void {
  startDraft();
  if (about.value) void load(about.value);
}

export function startDraft(): void {
  draft.value = EMPTY;
  editing.value = null;
  resumed.value = false;
  formTrouble.value = "";
  holds.value = null;
  forgetUpload();
  step.value = "basics";
  visited.value = new Set(["basics"]);
  untouched = content(EMPTY);
}

let loading = 0;

/** Fetch the campaign to be edited. Whoever meanwhile turned to another form is not called back. */
export async function load(id: string): Promise<void> {
  const mine = ++loading;
  formTrouble.value = "";
  try {
    const found = await api.detail(id);
    if (mine !== loading || about.value !== id || editing.value) return;
    if (!found.actions.includes("edit")) formTrouble.value = w("cannot_edit", { name: found.name });
    else if (found.state === "scheduled") holds.value = found;
    else editCampaign(found);
  } catch (error) {
    if (mine === loading && about.value === id) formTrouble.value = (error as Error).message;
  }
}

/** It won't go out by itself any more; then it is edited. */
export async function release(): Promise<void> {
  const { id } = holds.value as Detail;
  const said = await api.act(id, "edit");
  if (said) tell(said.campaign);
  holds.value = null;
  await load(id);
}

/** All its fields as they were; its list stays until another is chosen. */
function editCampaign(campaign: Detail): void {
  startDraft();
  editing.value = campaign;
  draft.value = filledFrom(campaign);
  untouched = content(draft.value);
  visited.value = new Set(["basics", "message", "answer", "list", "bot"]);
}

export function change(part: Partial<Draft>): void {
  draft.value = { ...draft.value, ...part };
}

/** Whether that channel is of another kind than the chosen template, which is lost with it (F089). */
export function clearsTemplate(channel: string): boolean {
  const kind = choices.value?.channels.find(({ name }) => name === channel)?.kind;
  return template.value !== null && template.value.channel_kind !== kind;
}

/** Another kind of channel has other templates; name and list stay. */
export function chooseChannel(channel: string): void {
  change(clearsTemplate(channel) ? { channel, template: "", language: "", remind: [], dialog: "", links: {} } : { channel });
}

/** Without an answer there is nothing for a bot to take (F107); with one, the template's own is suggested. */
export function expectAnswer(expectsAnswer: boolean): void {
  if (expectsAnswer) change({ expectsAnswer, dialog: draft.value.dialog || (template.value?.dialog ?? "") });
  else change({ expectsAnswer, dialog: "" });
}

/** The bot made for a template answers it, unless another is chosen. */
export function chooseTemplate({ name, language, dialog }: Template): void {
  change({ template: name, language, dialog: dialog ?? "", links: {} });
}

/** Whether the chosen bot was not made for the chosen template. */
export function isUnbound(): boolean {
  const { dialog, template: chosen } = draft.value;
  return dialog !== "" && choices.value?.dialogs.find(({ name }) => name === dialog)?.template !== chosen;
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
    const remind = reminderTroubles.value.map(({ after, what }) => after ?? what).find(Boolean);
    if (expectsAnswer && remind) found.remind = remind.key;
    const late = lateWrong.value.say ?? lateWrong.value.hours;
    if (expectsAnswer && late) found.late = late.key;
  } else if (of === "bot") {
    if (expectsAnswer && isUnbound() && !draft.value.acceptsUnbound) found.acceptsUnbound = "missing_unbound";
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
  const before = steps.value.slice(0, steps.value.indexOf(of));
  if (of === "review" && (!accepted.value || accepted.value.state === "invalid" || stale.value)) return false;
  return visited.value.has(of) && before.every((earlier) => Object.keys(missing(earlier)).length === 0);
}

function wanted(): Wanted {
  return wantedOf(draft.value, allMetadata.value);
}

function content({ file }: Draft): string {
  return JSON.stringify([wanted(), file && [file.name, file.size, file.lastModified]]);
}

/** The file that `accepted` was made of: sent once, it need not go again. */
let sentFile: File | null = null;

/** A form sent again because its answer was lost has the key it had: it is made once. */
let sent = { about: "", key: "" };

/** Send form and list; what was made before is changed, not made twice. */
export async function check(): Promise<void> {
  const { file } = draft.value;
  const before = stored();
  if ((!file && !before) || uploading.value !== null) return;
  const whose = about.value;
  const what = content(draft.value);
  if (sent.about !== what) sent = { about: what, key: crypto.randomUUID() };
  uploading.value = 0;
  try {
    if (file) await readable(file);
    const fresh = file === sentFile ? null : file;
    const made = await save(before?.id ?? null, wanted(), before ? fresh : file, sent.key, (part) => (uploading.value = part));
    sent = { about: "", key: "" };
    if (about.value !== whose) return tell(made); // another form is in front meanwhile
    accept(made, what);
    sentFile = file;
  } catch (error) {
    if (about.value !== whose) return;
    if (!(error instanceof ListRefused)) throw error;
    refused.value = { message: error.message, found: error.found, columns: error.columns };
    checked.value = what;
  } finally {
    uploading.value = null;
  }
}

/** The same; what is refused is told, where it is filled in. */
export async function checkAndTell(): Promise<void> {
  try {
    await check();
  } catch (error) {
    const where = error instanceof CallFailed ? stepOf(error.said.field) : undefined;
    if (where && where !== step.value) goTo(where);
    notify("error", (error as Error).message);
  }
}

/** A file that was changed on the disk since it was chosen can't be sent any more: the browser keeps the choice, not the bytes. */
async function readable(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    change({ file: null });
    throw new CallFailed(0, w("file_changed", { name: file.name }));
  }
}

/** What the server made of the form. */
export function accept(made: Detail, what = content(draft.value)): void {
  change({ links: wanted().links }); // those that went are not there to come back
  accepted.value = made;
  refused.value = null;
  checked.value = what;
  resumed.value = false;
  tell(made);
}

function forgetUpload(): void {
  uploading.value = null;
  accepted.value = null;
  refused.value = null;
  checked.value = "";
  sentFile = null;
}

// From here on it runs by itself: last, for all above has to be there.

untouched = content(EMPTY);

whenUserChanges(() => {
  shelf.clear();
  startDraft();
});

/** The form follows the address: to a new campaign, or to one that is edited. */
effect(() => {
  const id = inForm.value;
  if (id !== null) untracked(() => turnTo(id));
});
