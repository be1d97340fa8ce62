/** The list of campaigns as the page has it, and what the live feed changes in it. */
import { computed, signal } from "@preact/signals";
import { checkLogin, whenUserChanges } from "../login/session";
import { setServerNow } from "../parts/clock";
import { language } from "../parts/i18n";
import { liveState, stayLive } from "../parts/live";
import { notify } from "../parts/Notices";
import { addressOf, asked, go } from "../shell/routes";
import { api, type Action, type Choices, type Feed, type Filters, NO_FILTERS, type Summary } from "./api";
import { plain } from "./words";
import { dayIn, ownZone } from "./zones";

const OVERLAP_MS = 2000;
const LONGEST_GAP_MS = 300_000;
const TYPED_MS = 250;
/** How often the list is read while something moves or nothing is told (F137), unless more than a page of it is shown. */
const UNTOLD_MS = 9_000;
const PAGE = 50;

export const filters = signal<Filters>(NO_FILTERS);
export const filtered = computed(() => {
  const { state, channel, q, archived, from, to } = filters.value;
  return Boolean(state || channel || q || archived || from || to);
});
export const listed = signal<Summary[] | null>(null);
export const next = signal<string | null>(null);
export const busy = signal(false);
export const trouble = signal("");
export const choices = signal<Choices | null>(null);
/** Goes up when the campaign in front changed: its results are read anew. */
export const changed = signal<Summary | null>(null);

/** What is in front: the list, the form (`new`), or the results of a campaign. */
export const front = computed(() => asked.value.get("campaign") ?? "");
/** The campaign whose form is in front; empty: that of a new one; null: no form. */
export const inForm = computed(() => asked.value.get("edit") ?? (asked.value.has("new") ? "" : null));

export function showList(): void {
  go(addressOf("campaigns"));
}
export function showResults(id: string): void {
  go(addressOf("campaigns", { campaign: id }));
}
export function showForm(id = ""): void {
  go(addressOf("campaigns", id ? { edit: id } : { new: "1" }));
}

let reading = 0;

/** Read the list from its start; what it shows stays until the answer is here. */
export async function readList(): Promise<void> {
  const mine = ++reading;
  busy.value = true;
  try {
    const found = await api.list(filters.value, null);
    if (mine !== reading) return;
    listed.value = found.campaigns;
    next.value = found.next;
    trouble.value = "";
  } catch (error) {
    if (mine === reading) trouble.value = (error as Error).message;
  } finally {
    if (mine === reading) busy.value = false;
  }
}

export async function readMore(): Promise<void> {
  if (!next.value || busy.value) return;
  const mine = ++reading;
  busy.value = true;
  try {
    const found = await api.list(filters.value, next.value);
    if (mine !== reading) return;
    const known = new Set(listed.value?.map(({ id }) => id));
    listed.value = [...(listed.value ?? []), ...found.campaigns.filter(({ id }) => !known.has(id))];
    next.value = found.next;
  } catch (error) {
    notify("error", (error as Error).message);
  } finally {
    if (mine === reading) busy.value = false;
  }
}

let typing = 0;
export function filterBy(change: Partial<Filters>): void {
  filters.value = { ...filters.value, ...change, zone: zoneOfPlatform() };
  clearTimeout(typing);
  typing = window.setTimeout(() => void readList(), "q" in change ? TYPED_MS : 0);
}
export function filterNothing(): void {
  filterBy(NO_FILTERS);
}

export async function readChoices(): Promise<void> {
  choices.value = await api.choices().catch(() => choices.value);
}

/** A campaign that is new or changed, put where it belongs; one the filters leave out goes. */
export function tell(campaign: Summary): void {
  changed.value = campaign;
  if (!listed.value) return;
  const others = listed.value.filter(({ id }) => id !== campaign.id);
  const known = others.length < listed.value.length;
  if (!fits(campaign)) listed.value = others;
  else if (known) listed.value = listed.value.map((old) => (old.id === campaign.id ? campaign : old));
  else listed.value = [campaign, ...others].sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
}

export function forget(id: string): void {
  listed.value = listed.value?.filter((known) => known.id !== id) ?? null;
}

function fits(campaign: Summary): boolean {
  const { state, channel, q, archived } = filters.value;
  const sought = plain(q.trim());
  return (
    (!state || campaign.state === state) &&
    (!channel || campaign.channel === channel) &&
    campaign.archived === archived &&
    isOfDays(campaign) &&
    (!sought || campaign.id.toLowerCase() === sought || plain(campaign.name).includes(sought))
  );
}

function isOfDays(campaign: Summary): boolean {
  const { dated, from, to, zone } = filters.value;
  if (!dated || !(from || to)) return true;
  const at = dated === "created" ? campaign.created_at : campaign.sent_at;
  const day = at && dayIn(Date.parse(at), zone);
  return Boolean(day) && (!from || day! >= from) && (!to || day! <= to);
}

/** The zone in which campaigns are scheduled and found: the workspace's; where it names none, the reader's own. */
export function zoneOfPlatform(): string {
  return choices.value?.says_zone ? choices.value.zone : ownZone();
}

/** Do it, and show what it did; a refusal says why, and the list is read again since it was out of date. */
export async function act(campaign: Summary, action: Action, facts: object = {}, key?: string): Promise<Summary | null> {
  const said = await api.act(campaign.id, action, facts, key);
  if (action === "delete") forget(campaign.id);
  else if (said?.campaign) tell(said.campaign);
  return said?.campaign ?? null;
}

/** Nobody sees what was read for somebody else. */
whenUserChanges(() => {
  reading++;
  listed.value = next.value = choices.value = changed.value = null;
  filters.value = NO_FILTERS;
});

/** Follow the server until the returned function is called. */
export function openCampaigns(): () => void {
  const stop = stayLive<Feed>({
    path: "/api/v1/live",
    readAll: () => {
      void readList();
      void readChoices();
    },
    onLine: (line) => {
      if (line.type === "hello") setServerNow(new Date(line.now).toISOString());
      else if (line.type === "campaign") tell(line.campaign);
    },
    cursor: (line) => {
      const at = line.type === "hello" ? line.now : "at" in line ? line.at : undefined;
      return at === undefined ? null : new Date(at).getTime() - OVERLAP_MS;
    },
    longestGapMs: LONGEST_GAP_MS,
    onLost: () => void checkLogin(),
  });
  if (!listed.value) {
    void readList();
    void readChoices();
  }
  const unsubscribe = language.subscribe(() => {
    if (choices.value) void readChoices(); // the server says them in the page's language
  });
  const untold = setInterval(() => {
    const moving = listed.value?.some(({ state }) => state === "sending" || state === "scheduled" || state === "validating");
    if ((moving || liveState.value !== "live") && !front.value && inForm.value === null && (listed.value?.length ?? 0) <= PAGE && document.visibilityState === "visible") void readList();
  }, UNTOLD_MS);
  return () => {
    stop();
    unsubscribe();
    clearInterval(untold);
  };
}

export function channelOf(name: string): { title: string; kind: "whatsapp" | "sms" | "" } {
  const found = choices.value?.channels.find((known) => known.name === name);
  return { title: found?.title || name, kind: found?.kind ?? "" };
}
export function departmentOf(name: string | null): string {
  return choices.value?.departments.find((known) => known.name === name)?.title ?? name ?? "";
}
export function dialogOf(name: string | null): string {
  return choices.value?.dialogs.find((known) => known.name === name)?.title ?? name ?? "";
}
