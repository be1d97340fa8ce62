/** The texts of the dialogs' page: fetched with it, not with the shell. */
import { type Facts, language, locale } from "../parts/i18n";
import { en } from "../texts/dialogs.en";
import { type DialogTexts, es } from "../texts/dialogs.es";

export type WordKey = keyof DialogTexts;
type Counted = { [Key in WordKey]: Key extends `${infer Thing}_one` ? Thing : never }[WordKey];

const DICTIONARIES = { es, en };

export function w(key: WordKey, facts: Facts = {}): string {
  return DICTIONARIES[language.value][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));
}

/** The text of `key_one` or `key_other`, by how many. */
export function wn(key: Counted, n: number): string {
  const many = new Intl.PluralRules(language.value).select(n) === "one" ? "one" : "other";
  return w(`${key}_${many}`, { n: number(n) });
}

export function number(n: number): string {
  return new Intl.NumberFormat(locale.value).format(n);
}

export function percent(part: number): string {
  return new Intl.NumberFormat(locale.value, { style: "percent", maximumFractionDigits: 1 }).format(part);
}

export function moment(at: string): string {
  return new Intl.DateTimeFormat(locale.value, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
}

/** Who published: `user:ana` → `ana`; a file, the operator and the server itself in words. */
export function who(by: string): string {
  if (by === "file" || by === "operator" || by === "system") return w(by);
  return by.replace(/^(user|key):/, "");
}
