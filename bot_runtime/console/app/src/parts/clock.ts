/** The server's clock, which `dev` lets people move, and how times are written. */
import { computed, signal } from "@preact/signals";
import { locale, t } from "./i18n";
import { reducedMotion } from "./media";

const DAY_MS = 86_400_000;
const WIND_MS = 700;

const tick = signal(Date.now());
const aheadMs = signal(0);
let winding = 0;

setInterval(() => (tick.value = Date.now()), 1000);

/** What the server's clock shows, in ms; every second, and quickly while it is being wound forward. */
export const now = computed(() => tick.value + aheadMs.value);

/** Follow the server's clock. A jump forward is shown as the hands turning. */
export function setServerNow(iso: string): void {
  const target = Date.parse(iso) - Date.now();
  cancelAnimationFrame(winding);
  if (Math.abs(target - aheadMs.value) < 2000) {
    // The answer's own way took this long: only a real difference moves the hands.
    if (Math.abs(target - aheadMs.value) > 400) aheadMs.value = target;
    return;
  }
  if (!started || reducedMotion.value) {
    started = true;
    aheadMs.value = target;
    tick.value = Date.now();
    return;
  }
  const from = aheadMs.value;
  const begun = performance.now();
  const wind = (at: number): void => {
    const part = Math.min(1, Math.max(0, (at - begun) / WIND_MS));
    aheadMs.value = from + (target - from) * (1 - (1 - part) ** 3);
    tick.value = Date.now();
    if (part < 1) winding = requestAnimationFrame(wind);
  };
  winding = requestAnimationFrame(wind);
}
let started = false;

export function clockTime(at: number | string, seconds = false): string {
  return new Intl.DateTimeFormat(locale.value, {
    hour: "2-digit",
    minute: "2-digit",
    second: seconds ? "2-digit" : undefined,
    hourCycle: "h23",
  }).format(new Date(at));
}

export function clockDate(at: number): string {
  return new Intl.DateTimeFormat(locale.value, { weekday: "short", day: "numeric", month: "short" }).format(at);
}

/** Today, Yesterday, a weekday of this week, or the date: WhatsApp's day separators. */
export function dayName(at: string, today: number): string {
  const days = Math.round((startOfDay(today) - startOfDay(Date.parse(at))) / DAY_MS);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  const style: Intl.DateTimeFormatOptions =
    days > 1 && days < 7 ? { weekday: "long" } : { day: "numeric", month: "long", year: "numeric" };
  return new Intl.DateTimeFormat(locale.value, style).format(new Date(at));
}

export function dayOf(at: string): number {
  return startOfDay(Date.parse(at));
}

/** `3:59:07`, `12:05`; never below zero. */
export function countdown(ms: number): string {
  const left = Math.max(0, Math.ceil(ms / 1000));
  const [h, m, s] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Seconds as the shortest words: `90` → `1 min 30 s`, `14400` → `4 h`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ] as const;
  const said = parts.filter(([n]) => n > 0).slice(0, 2);
  return said.length ? said.map(([n, unit]) => `${n} ${unit}`).join(" ") : "0 s";
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** How long ago, as a list says it: now, 5 min, 3 h, yesterday, a date. */
export function ago(at: string, today: number): string {
  const passed = today - Date.parse(at);
  const days = Math.round((startOfDay(today) - startOfDay(Date.parse(at))) / DAY_MS);
  if (passed < 60_000) return t("just_now");
  if (passed < 3_600_000) return `${Math.floor(passed / 60_000)} min`;
  if (days === 0) return clockTime(at);
  if (days === 1) return t("yesterday").toLowerCase();
  const sameYear = new Date(at).getFullYear() === new Date(today).getFullYear();
  return new Intl.DateTimeFormat(locale.value, { day: "numeric", month: "short", year: sameYear ? undefined : "2-digit" }).format(new Date(at));
}

export function dayAndTime(at: string): string {
  return new Intl.DateTimeFormat(locale.value, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
}

/** A moment in full, for a tooltip. */
export function fullTime(at: string): string {
  return new Intl.DateTimeFormat(locale.value, { dateStyle: "full", timeStyle: "medium", hourCycle: "h23" }).format(new Date(at));
}
