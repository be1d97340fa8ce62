/** Which columns of the list fill which data of the ticket, under the department that is chosen (F101, F102, D28). */
import { computed } from "@preact/signals";
import type { Column, Metadata } from "../api";
import { choices } from "../desk";

/** Header → key; null: not linked, on purpose. */
export type LinksByHand = Record<string, string | null>;

/** The data that tickets of a department have; "-": of none, so of all. */
export function offered(metadata: Metadata[], department: string): Metadata[] {
  return metadata.filter(({ departments }) => !departments.length || !department || department === "-" || departments.includes(department));
}

/** The links by hand that hold under a department. */
export function holding(links: LinksByHand, metadata: Metadata[], department: string): LinksByHand {
  const keys = offered(metadata, department).map(({ key }) => key);
  return Object.fromEntries(Object.entries(links).filter(([, key]) => key === null || keys.includes(key)));
}

/** The links that do not hold any more: by hand, and those the server made when it last read the columns. */
export function dropped(links: LinksByHand, columns: Column[], metadata: Metadata[], department: string): { header: string; name: string }[] {
  const standing = new Map(columns.flatMap(({ header, metadata: key }) => (key ? [[header, key] as const] : [])));
  for (const [header, key] of Object.entries(links)) {
    if (key) standing.set(header, key);
    else standing.delete(header);
  }
  const keys = offered(metadata, department).map(({ key }) => key);
  const name = (key: string): string => metadata.find((known) => known.key === key)?.name ?? key;
  return [...standing].filter(([, key]) => !keys.includes(key)).map(([header, key]) => ({ header, name: name(key) }));
}

export const allMetadata = computed<Metadata[]>(() => choices.value?.metadata ?? []);
