/** Which tickets a view holds, in which order, and which of two tellings of one is the newer. Pure. */
import type { Line, Row, View } from "./api";

export function belongs(view: View, department: string, me: string, row: Row): boolean {
  if (department && row.department !== department) return false;
  switch (view) {
    case "queue":
      return row.state === "queued";
    case "mine":
      return row.state === "taken" && row.owner === me;
    case "all":
      return row.state !== "closed";
    case "closed":
      return row.state === "closed";
  }
}

/** The queue begins with who waits longest; everything else with what moved last. */
export function compare(view: View, a: Row, b: Row): number {
  const ahead = view === "queue" ? ms(a.queued_at) - ms(b.queued_at) : stampOf(view, b) - stampOf(view, a);
  return ahead || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function stampOf(view: View, row: Row): number {
  return view === "closed" ? ms(row.changed_at) : ms(row.last_at) || ms(row.changed_at);
}

/** Answers and live lines overtake each other: what is known stays if it is newer. */
export function isNewer(known: Row | undefined, told: Row): boolean {
  return !known || newest(told) >= newest(known);
}

/** A line of the history in its place; one known by its id, or by what it sends, is replaced. */
export function withLine(lines: readonly Line[], line: Line): Line[] {
  const known = lines.findIndex(({ id, entry, from }) => id === line.id || (entry !== "" && entry === line.entry && from === line.from));
  if (known >= 0) return lines.with(known, line);
  const before = lines.findLastIndex(({ at }) => ms(at) <= ms(line.at));
  return lines.toSpliced(before + 1, 0, line);
}

/** The buttons of a template stand at the end of its text, each a line in `[…]`, a link after it. */
export function partsOf(said: string): { text: string; buttons: string[] } {
  const lines = said.split("\n");
  const buttons: string[] = [];
  for (let last = lines.at(-1); lines.length > 1 && last !== undefined; last = lines.at(-1)) {
    const [, label, link] = /^\[([^\]]+)\]( https?:\S+)?$/.exec(last) ?? [];
    if (!label) break;
    buttons.unshift(label + (link ?? ""));
    lines.pop();
  }
  return { text: lines.join("\n"), buttons };
}

export function ms(at: string | number | null | undefined): number {
  return typeof at === "number" ? at : at ? Date.parse(at) : 0;
}

function newest(row: Row): number {
  return Math.max(ms(row.changed_at), ms(row.last_at));
}
