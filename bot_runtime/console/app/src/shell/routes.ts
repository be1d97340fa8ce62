/** The console's pages by address, each fetched when it is first shown. */
import { computed, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { me } from "../login/session";
import type { IconName } from "../parts/Icon";
import { suggestLanguage, type TextKey } from "../parts/i18n";
import { lazy } from "../parts/lazy";

export interface Route {
  path: string;
  title: TextKey;
  page: ComponentType;
  /** In the navigation; without one, a page is only led to. */
  icon?: IconName;
}

const INBOX: Route = { path: "inbox", title: "inbox", icon: "inbox", page: lazy(async () => (await import("../inbox/InboxPage")).InboxPage) };
const CAMPAIGNS: Route = { path: "campaigns", title: "campaigns", icon: "campaign", page: lazy(async () => (await import("../campaigns/CampaignsPage")).CampaignsPage) };
const DIALOGS: Route = { path: "dialogs", title: "dialogs", icon: "bot", page: lazy(async () => (await import("../dialogs/DialogsPage")).DialogsPage) };
const PHONES: Route = { path: "phones", title: "phones", icon: "phone", page: lazy(async () => (await import("../phones/PhonesPage")).PhonesPage) };
const LOGIN: Route = { path: "login", title: "log_in", page: lazy(async () => (await import("../login/LoginPage")).LoginPage) };
const ROUTES = [INBOX, CAMPAIGNS, DIALOGS, PHONES, LOGIN];
const BASE = "/console/";

const place = signal(location.href);
/** Whether the server has phones to show (`dev`); null: not asked yet. */
const hasPhones = signal<boolean | null>(null);

/** The page of the address; null while it isn't known what an address without a page leads to. */
export const route = computed<Route | null>(() => {
  const found = ROUTES.find((known) => known.path === named());
  if (found || hasPhones.value === null) return found ?? null;
  return hasPhones.value ? PHONES : INBOX;
});

/** What the address says beside its page: `?ticket=…`. */
export const asked = computed(() => new URL(place.value).searchParams);

export const navigation = computed(() => ROUTES.filter((known) => known.icon && isOffered(known)));

/** Phones are shown where there are any, campaigns and dialogs to those who may see them. */
function isOffered(page: Route): boolean {
  if (page === DIALOGS) return me.value !== null && (me.value.user.role !== "agent" || me.value.user.author === true);
  if (page === CAMPAIGNS) return me.value !== null && me.value.user.role !== "agent";
  return page !== PHONES || hasPhones.value === true || route.value === PHONES;
}

/** A page's address, with what it should show: `addressOf("inbox", { ticket: "17" })`. */
export function addressOf(page = "", query: Record<string, string> = {}): string {
  const said = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  return BASE + page + (said && `?${said}`);
}

/** Go to an address of the console without loading the document again. */
export function go(address: string, { replace = false } = {}): void {
  const url = new URL(address, location.href);
  if (replace) history.replaceState(null, "", url);
  else history.pushState(null, "", url);
  place.value = location.href;
}

addEventListener("popstate", () => (place.value = location.href));

/** The page that the address names. */
function named(): string {
  return new URL(place.value).pathname.slice(BASE.length).replace(/\/.*$/, "");
}

/** Ask once. On the phones' own page there is no need to: it asks for the same, and says what is missing. */
async function lookForPhones(): Promise<void> {
  if (route.value === PHONES) return void (hasPhones.value = true);
  try {
    const found = await fetch("/dev/api/world");
    if (found.ok) suggestLanguage(((await found.json()) as { chosen_language?: string }).chosen_language, { firmly: true });
    hasPhones.value = found.ok;
  } catch {
    hasPhones.value = false;
  }
  if (!ROUTES.some((known) => known.path === named())) go(addressOf(route.value?.path ?? ""), { replace: true });
}
void lookForPhones();
