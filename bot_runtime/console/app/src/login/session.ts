/** Who is logged in, and every call made in their name. */
import { effect, signal, untracked } from "@preact/signals";
import { call, CallFailed, upload } from "../parts/call";
import { suggestLanguage, t } from "../parts/i18n";

export type Role = "agent" | "supervisor" | "administrator";
export type Presence = "connected" | "away" | "disconnected";

export interface Named {
  name: string;
  title: string;
}

export interface Me {
  user: { name: string; display: string; role: Role; departments: string[]; language: string; author?: boolean };
  /** Goes along with everything that changes something. */
  csrf: string;
  close_reasons: Named[];
  /** All of the workspace; `mine`: the user works in it. */
  departments: (Named & { mine: boolean })[];
}

export const me = signal<Me | null>(null);
/** `unknown` until the server was asked. */
export const login = signal<"unknown" | "in" | "out" | "unreachable">("unknown");

const AWAY_KEPT = "bot-runtime.away";
export const presence = signal<Presence>(localStorage.getItem(AWAY_KEPT) ? "away" : "connected");

/** In this browser somebody is logged in, as far as we were told: a page that can do without asks only then. */
const HERE = "bot-runtime.logged-in";
const AGAIN_MS = 2000;
let again = 0;

/** Ask the server who we are; one that is away is asked again until it answers. */
export async function checkLogin(): Promise<void> {
  clearTimeout(again);
  try {
    const found = await call<Me>("GET", "/api/v1/me");
    me.value = found;
    login.value = "in";
    localStorage.setItem(HERE, "1");
    suggestLanguage(found.user.language);
  } catch (error) {
    if (error instanceof CallFailed && error.status === 401) loggedOut();
    else if (login.value !== "in") {
      login.value = "unreachable";
      again = window.setTimeout(() => void checkLogin(), AGAIN_MS);
    }
  }
}

/** For a page that is for everybody: who is logged in finds the way to the other pages. */
export function recallLogin(): void {
  if (login.peek() === "unknown" && localStorage.getItem(HERE)) void checkLogin();
}

export async function logIn(name: string, password: string): Promise<void> {
  await call("POST", "/api/v1/login", { name, password });
  await checkLogin();
}

export async function logOut(): Promise<void> {
  await callApi("POST", "/logout", {}).catch(() => undefined); // gone already, or the server is: out either way
  loggedOut();
}

export async function bePresent(next: Presence): Promise<void> {
  presence.value = next;
  if (next === "away") localStorage.setItem(AWAY_KEPT, "1");
  else localStorage.removeItem(AWAY_KEPT);
  await callApi("POST", "/presence", { state: next });
}

/** `forget` is called once somebody else is logged in than before; whoever logs in again finds all as it was left. */
export function whenUserChanges(forget: () => void): void {
  let known = me.peek()?.user.name;
  effect(() => {
    const name = me.value?.user.name ?? known;
    if (known !== undefined && name !== known) untracked(forget);
    known = name;
  });
}

/** A call of the API in the name of who is logged in. One whose login ended leads back to it. */
export function callApi<Answer>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return loggedIn((token) => call<Answer>(method, `/api/v1${path}`, body, { ...headers, ...(method !== "GET" && token) }));
}

/** The same for a form with a file. */
export function uploadToApi<Answer>(
  method: string, path: string, form: FormData, headers: Record<string, string>, onProgress: (part: number) => void,
): Promise<Answer> {
  return loggedIn((token) => upload<Answer>(method, `/api/v1${path}`, form, { ...headers, ...token }, onProgress));
}

/** Another tab may have logged in since: the same person goes on, with the new login's token; to another it is not theirs to send. */
async function loggedIn<Answer>(ask: (token: Record<string, string>) => Promise<Answer>, again = false): Promise<Answer> {
  const name = me.peek()?.user.name;
  try {
    return await ask({ "X-CSRF": me.peek()?.csrf ?? "" });
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    if (error.status === 401) loggedOut();
    if (error.code !== "no_csrf" || again) throw error;
    await checkLogin();
    if (me.peek()?.user.name === name) return loggedIn(ask, true);
    throw new CallFailed(error.status, t("other_login"), "other_login");
  }
}

function loggedOut(): void {
  localStorage.removeItem(HERE);
  me.value = null;
  login.value = "out";
}
