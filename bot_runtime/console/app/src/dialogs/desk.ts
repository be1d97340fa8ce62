/** The dialogs as the page has them: the list, the one in front, and what somebody wrote in it and did not publish yet. */
import { computed, signal } from "@preact/signals";
import { whenUserChanges } from "../login/session";
import { addressOf, asked, go } from "../shell/routes";
import { api, type Check, type Dialog, type Text, type Version } from "./api";

const AGAIN_MS = 5_000;
const TYPED_MS = 250;

export type Tab = "diagram" | "text" | "versions";

export const listed = signal<Dialog[] | null>(null);
export const trouble = signal("");
/** The dialog in front: what is live of it, and its versions. */
export const shown = signal<Text | null>(null);
export const versions = signal<Version[]>([]);
/** What was written, by dialog; without an entry it is as published. */
export const written = signal<Record<string, string>>({});
export const check = signal<Check | null>(null);
export const checking = signal(false);

export const front = computed(() => asked.value.get("dialog") ?? "");
export const tab = computed<Tab>(() => {
  const named = asked.value.get("tab");
  return named === "text" || named === "versions" ? named : "diagram";
});
export const source = computed(() => written.value[front.value] ?? shown.value?.source ?? "");
export const edited = computed(() => shown.value !== null && front.value in written.value && written.value[front.value] !== shown.value.source);
/** Whether something was written in any dialog that reloading the page would lose. */
export const isUnpublished = computed(() => Object.keys(written.value).length > 0);

export function show(name: string, to: Tab = "diagram"): void {
  go(addressOf("dialogs", { dialog: name, tab: to === "diagram" ? "" : to }));
}

export async function readList(): Promise<void> {
  try {
    listed.value = (await api.list()).dialogs;
    trouble.value = "";
  } catch (error) {
    trouble.value = (error as Error).message;
  }
}

/** Read the dialog in front anew; what was written stays. */
export async function readDialog(): Promise<void> {
  const name = front.peek();
  try {
    const [text, history] = await Promise.all([api.text(name), api.versions(name)]);
    if (name !== front.peek()) return;
    shown.value = text;
    versions.value = history.versions;
    trouble.value = "";
  } catch (error) {
    if (name === front.peek()) trouble.value = (error as Error).message;
  }
}

/** Open the page: read, and read again every few seconds while somebody looks. Returns how to stop. */
export function openDialogs(): () => void {
  const read = (): void => {
    if (document.visibilityState === "visible") void (front.peek() ? readDialog() : readList());
  };
  const timer = setInterval(read, AGAIN_MS);
  return () => clearInterval(timer);
}

let typed: ReturnType<typeof setTimeout> | undefined;
let asking = 0;

export function write(text: string): void {
  if (text === shown.peek()?.source) return forget();
  written.value = { ...written.value, [front.peek()]: text };
  checkSoon();
}

/** Back to what is published. */
export function forget(): void {
  const { [front.peek()]: _, ...others } = written.value;
  written.value = others;
  checkSoon(0);
}

export function checkSoon(after = TYPED_MS): void {
  clearTimeout(typed);
  if (!shown.peek()?.edits) return;
  checking.value = true;
  typed = setTimeout(() => void checkNow(), after);
}

async function checkNow(): Promise<void> {
  const mine = ++asking;
  try {
    const found = await api.check(front.peek(), source.peek());
    if (mine === asking) check.value = found;
  } catch (error) {
    if (mine === asking) trouble.value = (error as Error).message;
  } finally {
    if (mine === asking) checking.value = false;
  }
}

whenUserChanges(() => {
  listed.value = shown.value = check.value = null;
  written.value = {};
});
