/** The page's language, and its texts. Dates and numbers follow it through Intl. */
import { computed, signal } from "@preact/signals";
import { en } from "../texts/en";
import { es, type Texts } from "../texts/es";

export type Language = "es" | "en";
export type TextKey = keyof Texts;
type Counted = { [Key in TextKey]: Key extends `${infer Thing}_one` ? Thing : never }[TextKey];
export type Facts = Record<string, string | number>;

const DICTIONARIES: Record<Language, Texts> = { es, en };
const KEPT = "bot-runtime.language";

export const language = signal<Language>(chosen());

/** `es-MX` in a Mexican browser: the page's language with the region of the reader, so that dates look as at home. */
export const locale = computed(() => navigator.languages.find((tag) => tag.startsWith(language.value)) ?? language.value);

export function chooseLanguage(next: Language): void {
  language.value = next;
  localStorage.setItem(KEPT, next);
}

let isFirm = false;

/**
 * The language a person's account says, unless one was chosen in this browser or asked for in the address.
 * `firmly`: whoever started the server asked for it, which counts more than the account.
 */
export function suggestLanguage(wanted: string | undefined, { firmly = false } = {}): void {
  const decided = new URLSearchParams(location.search).has("language") || localStorage.getItem(KEPT) !== null;
  if (decided || (isFirm && !firmly) || (wanted !== "es" && wanted !== "en")) return;
  language.value = wanted;
  isFirm ||= firmly;
}

export function t(key: TextKey, facts: Facts = {}): string {
  return DICTIONARIES[language.value][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));
}

export function isText(key: string): key is TextKey {
  return key in es;
}

/** The text of `key_one` or `key_other`, by how many. */
export function count(key: Counted, n: number): string {
  const many = new Intl.PluralRules(language.value).select(n) === "one" ? "one" : "other";
  return t(`${key}_${many}`, { n: new Intl.NumberFormat(locale.value).format(n) });
}

/** What the address asks for (`?language=en`), what was chosen before, what the browser speaks. */
function chosen(): Language {
  const asked = new URLSearchParams(location.search).get("language");
  const kept = asked ?? localStorage.getItem(KEPT);
  if (kept === "es" || kept === "en") return kept;
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag === "es" || tag === "en");
  return (spoken as Language | undefined) ?? "es";
}
