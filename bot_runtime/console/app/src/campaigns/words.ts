/** The texts of the campaigns' pages: fetched with them, not with the shell. */
import { me } from "../login/session";
import { duration } from "../parts/clock";
import { type Facts, language, locale } from "../parts/i18n";
import { en } from "../texts/campaigns.en";
import { es, type CampaignTexts } from "../texts/campaigns.es";
import type { State, Summary } from "./api";

export type WordKey = keyof CampaignTexts;
type Counted = { [Key in WordKey]: Key extends `${infer Thing}_one` ? Thing : never }[WordKey];

const DICTIONARIES = { es, en };

/** A text to be said, with its facts. */
export interface Said {
  key: WordKey;
  facts?: Facts;
}

export function w(key: WordKey, facts: Facts = {}): string {
  return DICTIONARIES[language.value][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));
}

/** The text of `key_one` or `key_other`, by how many. */
export function wn(key: Counted, n: number, facts: Facts = {}): string {
  const many = new Intl.PluralRules(language.value).select(n) === "one" ? "one" : "other";
  return w(`${key}_${many}`, { ...facts, n: number(n) });
}

/** A word that the server may know before we do stays as it is. */
export function word(prefix: string, name: string): string {
  const key = `${prefix}_${name}`;
  return key in es ? w(key as WordKey) : name.replaceAll("_", " ");
}

export function number(n: number): string {
  return new Intl.NumberFormat(locale.value, { useGrouping: true }).format(n);
}

/** `12.3 %` of tenths of a percent; some of many are never none. */
export function share(permille: number, count = 0): string {
  const said = (part: number): string =>
    new Intl.NumberFormat(locale.value, { style: "percent", minimumFractionDigits: part > 0 && part < 1 ? 1 : 0, maximumFractionDigits: 1 }).format(part);
  return count > 0 && permille === 0 ? `< ${said(0.001)}` : said(permille / 1000);
}

export function date(at: string | null): string {
  if (!at) return "–";
  const year = new Date(at).getFullYear() === new Date().getFullYear() ? undefined : "2-digit";
  return new Intl.DateTimeFormat(locale.value, { day: "numeric", month: "short", year }).format(new Date(at));
}

/** `Lun 2 de mar` of the calendar's `2026-03-02`, wherever the reader is. */
export function day(of: string): string {
  const year = of.startsWith(String(new Date().getFullYear())) ? undefined : "numeric";
  const parts = { timeZone: "UTC", weekday: "short", day: "numeric", month: "short", year } as const;
  return sentenceCase(new Intl.DateTimeFormat(locale.value, parts).format(new Date(`${of}T00:00Z`)));
}

export function time(at: string): string {
  return new Intl.DateTimeFormat(locale.value, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
}

export function moment(at: string | null): string {
  return at ? `${date(at)}, ${time(at)}` : "–";
}

/** A wait as people say it: `4 h`, `1 h 30 min`; none is said. */
export function waitText(seconds: number): string {
  return seconds ? duration(seconds) : w("wait_none");
}

/** The words of the six states; a scheduled one is loaded with its date, a paused one is sending. */
export function stateWord(state: State): string {
  return w(`state_${state}`);
}

export function stateNote({ state, scheduled_at, cause, waiting, waits_until }: Summary): string {
  if (waiting && waits_until) return wn("waits", waiting, { until: moment(waits_until) });
  if (state === "scheduled" && scheduled_at) return moment(scheduled_at);
  return state === "paused" && cause ? sentenceCase(cause) : "";
}

/** Lower case and without accents, as the search compares. */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const ANSWERS: Record<string, Parameters<typeof w>[0]> = {
  yes: "answer_yes",
  no: "answer_no",
  not_yet: "answer_not_yet",
  maybe: "answer_maybe",
  other: "answer_other",
};

/** What an answer's code says: the ready-made ones in words, an author's own as it is. */
export function answerTitle(code: string): string {
  const key = ANSWERS[code];
  return key ? w(key) : sentenceCase(code.replaceAll("_", " "));
}

/** Why a ticket closed: the workspace's own title, or the words of a reserved reason. */
export function reasonTitle(name: string): string {
  return me.value?.close_reasons.find((known) => known.name === name)?.title ?? sentenceCase(word("ticket", name));
}
