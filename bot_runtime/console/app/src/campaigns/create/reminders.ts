/** The reminders of a campaign as they are filled in, and what the API would refuse of them (F054). Pure. */
import type { Reminder, Template } from "../api";
import type { Said } from "../words";
import { timeOf, waitOf } from "./wait";

export const MOST_REMINDERS = 3;
export const LONGEST_TEXT = 1024;

export interface ReminderDraft {
  hours: string;
  minutes: string;
  /** `name/language` of a template; empty: the text `say`, where the channel takes one. */
  template: string;
  say: string;
}

export interface ReminderTrouble {
  after?: Said;
  what?: Said;
}

/** What a reminder may send: the channel's templates, and the data that the list fills. */
export interface Sendable {
  kind: string | null;
  templates: Template[];
  names: string[];
}

export function keyOf({ name, language }: { name: string; language: string }): string {
  return `${name}/${language}`;
}

/** The templates of the campaign's kind of channel, each with the data it needs and the list does not fill. */
export function offeredTemplates({ kind, templates, names }: Sendable): { template: Template; lacks: string[] }[] {
  return templates
    .filter((known) => known.channel_kind === kind)
    .map((template) => ({ template, lacks: template.parameters.filter((name) => !names.includes(name)) }));
}

/** One more, halfway between the last and the end of the wait. */
export function another(reminders: ReminderDraft[], waitS: number | null, from: Sendable): ReminderDraft {
  const last = reminders.at(-1);
  const before = (last && waitOf(last.hours, last.minutes)) || 0;
  const middle = (before + (waitS ?? before)) / 2;
  const round = Math.floor(middle / 300) * 300;
  const after = round > before ? round : Math.floor(middle / 60) * 60;
  const usable = offeredTemplates(from).filter(({ lacks }) => !lacks.length);
  const only = usable.length === 1 ? usable[0] : undefined;
  return { ...timeOf(after), template: from.kind === "whatsapp" && only ? keyOf(only.template) : "", say: "" };
}

/** What is wrong with each, as the API would say it. `waitS` null: the wait itself is wrong, and says so. */
export function troublesOf(reminders: ReminderDraft[], waitS: number | null, from: Sendable): ReminderTrouble[] {
  return reminders.map((one, at) => {
    const earlier = reminders[at - 1];
    return { after: timeTrouble(one, earlier && waitOf(earlier.hours, earlier.minutes), waitS), what: messageTrouble(one, from) };
  });
}

function timeTrouble({ hours, minutes }: ReminderDraft, before: number | null | undefined, waitS: number | null): Said | undefined {
  const after = waitOf(hours, minutes);
  if (!after) return { key: "remind_time" };
  if (waitS !== null && after >= waitS) return { key: "remind_wait" };
  return before && after <= before ? { key: "remind_order" } : undefined;
}

function messageTrouble({ template, say }: ReminderDraft, from: Sendable): Said | undefined {
  if (template) {
    const found = offeredTemplates(from).find((one) => keyOf(one.template) === template);
    if (!found) return { key: "remind_no_template" };
    return found.lacks.length ? lacking(found.lacks, from.names) : undefined;
  }
  if (from.kind === "whatsapp") return { key: "remind_no_template" };
  return textTrouble(say, from.names);
}

/** What is wrong with a text that each recipient gets filled in. What else an expression may be, the server reads. */
export function textTrouble(say: string, names: string[]): Said | undefined {
  if (!say.trim()) return { key: "text_missing" };
  if (say.length > LONGEST_TEXT) return { key: "text_long", facts: { most: LONGEST_TEXT } };
  const lacks = [...say.matchAll(/\{\{\s*(\w+)\s*(?:\|[^{}]*)?\}\}/g)].map(([, name]) => name ?? "").filter((name) => !names.includes(name));
  return lacks.length ? lacking(lacks, names) : undefined;
}

function lacking(lacks: string[], names: string[]): Said {
  return { key: "text_lacks", facts: { lacks: lacks.join(", "), names: names.join(", ") || "–" } };
}

/** As the API takes them. */
export function wantedReminders(reminders: ReminderDraft[]): Partial<Reminder>[] {
  return reminders.map(({ hours, minutes, template, say }) => {
    const after_s = waitOf(hours, minutes) ?? 0;
    const slash = template.lastIndexOf("/");
    return template ? { after_s, template: template.slice(0, slash), language: template.slice(slash + 1) } : { after_s, say: say.trim() };
  });
}

/** As they were filled in, of what the API says. */
export function filledIn(reminders: Reminder[]): ReminderDraft[] {
  return reminders.map((one) => ({ ...timeOf(one.after_s), template: one.template ? keyOf({ name: one.template, language: one.language }) : "", say: one.say }));
}
