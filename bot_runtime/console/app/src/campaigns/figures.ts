/** What the results draw, worked out from the counts: parts that add up, and the funnel. Pure. */
import type { Counts, Figures, Status } from "./api";

/** In the order they are drawn: from best to not yet. */
export const STATUSES: Status[] = ["read", "delivered", "sent", "unknown", "failed", "expired", "skipped", "cancelled", "queued", "pending"];

export interface Part {
  status: Status;
  count: number;
  /** In tenths of a percent; those of all parts make 1000. */
  permille: number;
}

export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}

/** Every status that has recipients, with shares that add up to exactly 100 %: the largest remainders get the rest. */
export function parts(counts: Counts): Part[] {
  const all = total(counts);
  const found = STATUSES.flatMap((status) => {
    const count = counts[status] ?? 0;
    return count > 0 ? [{ status, count, exact: (count / all) * 1000 }] : [];
  });
  const missing = 1000 - found.reduce((sum, { exact }) => sum + Math.floor(exact), 0);
  const byRest = [...found].sort((a, b) => (b.exact % 1) - (a.exact % 1)).slice(0, missing);
  return found.map((part) => ({ status: part.status, count: part.count, permille: Math.floor(part.exact) + (byRest.includes(part) ? 1 : 0) }));
}

export interface Stage {
  name: "planned" | "sent" | "delivered" | "read" | "answered";
  /** null: the channel does not tell. */
  count: number | null;
}

/** From planned to answered; who read was delivered to, and who was delivered to was sent to. */
export function funnel(counts: Counts, figures: Figures, tellsReads: boolean): Stage[] {
  const read = counts.read ?? 0;
  const delivered = read + (counts.delivered ?? 0);
  return [
    { name: "planned", count: figures.planned },
    { name: "sent", count: delivered + (counts.sent ?? 0) },
    { name: "delivered", count: delivered },
    { name: "read", count: tellsReads ? read : null },
    { name: "answered", count: figures.answered },
  ];
}

/** The part of the list that is settled, 0–1: a bar while sending. */
export function settled(counts: Counts): number {
  const all = total(counts);
  return all ? 1 - ((counts.pending ?? 0) + (counts.queued ?? 0)) / all : 0;
}
