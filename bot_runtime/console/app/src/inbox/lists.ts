/** The lists at the left: every ticket we heard of, which of them each view shows, and how many there are. */
import { computed, signal } from "@preact/signals";
import { me } from "../login/session";
import { api, type Counts, type Row, type View } from "./api";
import { belongs, compare, isNewer } from "./order";

interface Listing {
  ids: ReadonlySet<string>;
  /** Where the next page begins; null: that was all. */
  next: string | null;
  /** The last ticket that came by pages: what sorts after it is on a page to come. */
  last: Row | null;
  state: "new" | "loading" | "ready" | "failed";
}

const NEW: Listing = { ids: new Set(), next: null, last: null, state: "new" };
const COUNT_AGAIN_MS = 400;
const VIEW_KEPT = "bot-runtime.inbox-view";

export const view = signal<View>((sessionStorage.getItem(VIEW_KEPT) as View | null) ?? "queue");
export const department = signal("");
export const counts = signal<Counts | null>(null);
export const rows = signal<ReadonlyMap<string, Row>>(new Map());
const listings = signal<ReadonlyMap<string, Listing>>(new Map());

export const listing = computed(() => listings.value.get(keyOf(view.value, department.value)) ?? NEW);
export const listed = computed(() => {
  const found = [...listing.value.ids].map((id) => rows.value.get(id)).filter((row): row is Row => row !== undefined && isIn(view.value, row));
  return found.sort((a, b) => compare(view.value, a, b));
});
/** Messages of our own tickets that nobody answered. */
export const unanswered = computed(() => {
  let sum = 0;
  for (const row of rows.value.values()) if (belongs("mine", "", myName(), row)) sum += row.unread;
  return sum;
});

let counting = 0;

export function myName(): string {
  return me.value?.user.name ?? "";
}

/** The tickets of a view, from the beginning. */
export async function readList(of: View = view.value, within = department.value): Promise<void> {
  const key = keyOf(of, within);
  const known = listings.value.get(key);
  if (known?.state === "loading") return;
  setListing(key, { ...(known ?? NEW), state: "loading" });
  await readPage(key, of, within, null);
}

export async function readMore(): Promise<void> {
  const { next, state } = listing.value;
  if (next === null || state === "loading") return;
  const key = keyOf(view.value, department.value);
  setListing(key, { ...listing.value, state: "loading" });
  await readPage(key, view.value, department.value, next);
}

async function readPage(key: string, of: View, within: string, before: string | null): Promise<void> {
  try {
    const { tickets, counts: counted, next } = await api.tickets(of, within, before);
    const earlier = before === null ? [] : (listings.value.get(key)?.ids ?? []);
    tellRows(tickets);
    setListing(key, { ids: new Set([...earlier, ...tickets.map(({ id }) => id)]), next: next ?? null, last: tickets.at(-1) ?? null, state: "ready" });
    if (within === department.value) counts.value = counted;
  } catch {
    setListing(key, { ...(listings.value.get(key) ?? NEW), state: "failed" });
  }
}

export function show(next: View): void {
  view.value = next;
  sessionStorage.setItem(VIEW_KEPT, next);
  void readList();
}

export function showDepartment(name: string): void {
  department.value = name;
  void readList();
}

/** Forget everything: the next reader is somebody else, or what we know is too old. */
export function forgetLists(): void {
  rows.value = new Map();
  listings.value = new Map();
  counts.value = null;
}

/** A ticket as the server tells it now. Returns how it was known before. */
export function tellRow(row: Row): Row | undefined {
  const before = rows.value.get(row.id);
  if (!isNewer(before, row)) return before;
  tellRows([row]);
  for (const [key, known] of listings.value) {
    const [of, within] = key.split("/") as [View, string];
    const isLater = known.next !== null && known.last !== null && compare(of, row, known.last) > 0;
    if (known.ids.has(row.id) || isLater || !isOurs(row) || !belongs(of, within, myName(), row)) continue;
    setListing(key, { ...known, ids: new Set([...known.ids, row.id]) });
  }
  recount(before, row);
  return before;
}

export function dropRow(id: string): void {
  const before = rows.value.get(id);
  if (!before) return;
  const left = new Map(rows.value);
  left.delete(id);
  rows.value = left;
  countAgain();
}

function tellRows(told: Row[]): void {
  const known = new Map(rows.value);
  for (const row of told) if (isNewer(known.get(row.id), row)) known.set(row.id, row);
  rows.value = known;
}

/** From the change itself where we know how it was; else the server counts. */
function recount(before: Row | undefined, after: Row): void {
  if (!before || !counts.value) return countAgain();
  const moved = (of: View): number => Number(isIn(of, after)) - Number(isIn(of, before));
  const { queue, mine, all } = counts.value;
  counts.value = { queue: queue + moved("queue"), mine: mine + moved("mine"), all: all + moved("all") };
}

function countAgain(): void {
  clearTimeout(counting);
  counting = window.setTimeout(async () => {
    const within = department.value;
    const said = await api.tickets(view.value, within, null, 1).catch(() => null);
    if (said && within === department.value) counts.value = said.counts;
  }, COUNT_AGAIN_MS);
}

function isIn(of: View, row: Row): boolean {
  return belongs(of, department.value, myName(), row);
}

/** What becomes closed while we look is listed where the server lists it: for an agent, their own. */
function isOurs(row: Row): boolean {
  return row.state !== "closed" || me.value?.user.role !== "agent" || row.owner === myName();
}

function keyOf(of: View, within: string): string {
  return `${of}/${within}`;
}

function setListing(key: string, next: Listing): void {
  listings.value = new Map(listings.value).set(key, next);
}
