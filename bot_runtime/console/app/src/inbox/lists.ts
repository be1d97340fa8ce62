/** The lists at the left: every ticket we heard of, which of them each view shows, and how many there are. */
import { computed, signal } from "@preact/signals";
import { me, type Named } from "../login/session";
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

/** A page that is being asked for, and the tickets we heard of since. */
interface Reading {
  heard: Set<string>;
}

const NEW: Listing = { ids: new Set(), next: null, last: null, state: "new" };
const COUNT_AGAIN_MS = 400;
const COUNT_TRIES = 3;
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

const readings = new Map<string, Reading>(); // the latest of each list
let counting = 0;
let heardWhileCounting = false;

/** Those one may choose between; an administrator has all of them. */
export function ownDepartments(): Named[] {
  const { user, departments = [] } = me.value ?? {};
  return departments.filter(({ mine }) => mine || user?.role === "administrator");
}

export function myName(): string {
  return me.value?.user.name ?? "";
}

/** The tickets of a view, from the beginning. Asked again, it is the latest answer that counts. */
export function readList(of: View = view.value, within = department.value): Promise<void> {
  return readPage(of, within, null);
}

export async function readMore(): Promise<void> {
  const { next, state } = listing.value;
  if (next !== null && state !== "loading") await readPage(view.value, department.value, next);
}

/**
 * An answer tells how things were when it was asked for. What we hear of meanwhile is newer, so it stays:
 * tickets that came or went are in `heard`, and the counts are asked for once more.
 */
async function readPage(of: View, within: string, before: string | null): Promise<void> {
  const key = keyOf(of, within);
  const reading: Reading = { heard: new Set() };
  readings.set(key, reading);
  setListing(key, { ...(listings.value.get(key) ?? NEW), state: "loading" });
  try {
    const { tickets, counts: counted, next } = await api.tickets(of, within, before);
    if (readings.get(key) !== reading) return;
    readings.delete(key);
    const known = listings.value.get(key)?.ids ?? [];
    const { heard } = reading;
    const told = tickets.filter(({ id }) => !heard.has(id) || rows.value.has(id)); // else it is gone since
    const stay = before === null ? [...heard] : known;
    const page: Listing = { ids: new Set([...stay, ...told.map(({ id }) => id)]), next: next ?? null, last: tickets.at(-1) ?? null, state: "ready" };
    if (before === null) forgetMissing(page, of, within);
    setListing(key, page);
    tellRows(told);
    if (within !== department.value) return;
    if (counts.value === null || heard.size === 0) counts.value = counted;
    if (heard.size > 0) countAgain();
  } catch {
    if (readings.get(key) !== reading) return;
    readings.delete(key);
    setListing(key, { ...(listings.value.get(key) ?? NEW), state: "failed" });
  }
}

/** Tickets we thought to be in a list and that are not: they moved while we did not listen. */
function forgetMissing(page: Listing, of: View, within: string): void {
  const missing = [...rows.value.values()].filter((row) => comesIn(page, of, within, row));
  if (missing.length === 0) return;
  const left = new Map(rows.value);
  for (const { id } of missing) left.delete(id);
  rows.value = left;
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
  readings.clear();
  rows.value = new Map();
  listings.value = new Map();
  counts.value = null;
}

/** A ticket as the server tells it now. Returns how it was known before. */
export function tellRow(row: Row): Row | undefined {
  const before = rows.value.get(row.id);
  noteHeard(row.id);
  tellRows([row]);
  if (rows.value.get(row.id) !== before) recount(before, row);
  return before;
}

export function dropRow(id: string): void {
  noteHeard(id);
  const left = new Map(rows.value);
  if (!left.delete(id)) return;
  rows.value = left;
  setListings((known) => (known.ids.has(id) ? { ...known, ids: new Set([...known.ids].filter((one) => one !== id)) } : known));
  countAgain();
}

/** Whatever is being asked for now was asked before this. */
function noteHeard(id: string): void {
  for (const { heard } of readings.values()) heard.add(id);
  heardWhileCounting = true;
}

function tellRows(told: Row[]): void {
  const known = new Map(rows.value);
  for (const row of told) if (isNewer(known.get(row.id), row)) known.set(row.id, row);
  rows.value = known;
  setListings((listing, of, within) => {
    const came = told.map(({ id }) => known.get(id)).filter((row): row is Row => row !== undefined && comesIn(listing, of, within, row));
    return came.length ? { ...listing, ids: new Set([...listing.ids, ...came.map(({ id }) => id)]) } : listing;
  });
}

/** Whether a ticket has to be added to what a list shows; what sorts after its last page comes with that page. */
function comesIn({ ids, next, last }: Listing, of: View, within: string, row: Row): boolean {
  const isLater = next !== null && last !== null && compare(of, row, last) > 0;
  return !ids.has(row.id) && !isLater && isOurs(row) && belongs(of, within, myName(), row);
}

/** From the change itself where we know how it was; else the server counts. */
function recount(before: Row | undefined, after: Row): void {
  if (!before || !counts.value) return countAgain();
  const moved = (of: View): number => Number(isIn(of, after)) - Number(isIn(of, before));
  const { queue, mine, all } = counts.value;
  counts.value = { queue: queue + moved("queue"), mine: mine + moved("mine"), all: all + moved("all") };
}

/** Soon, once for all that happens until then. An answer that was overtaken is asked for again, but not for ever. */
function countAgain(tries = COUNT_TRIES): void {
  counting ||= window.setTimeout(async () => {
    const within = department.value;
    heardWhileCounting = false;
    const said = await api.tickets(view.value, within, null, 1).catch(() => null);
    counting = 0;
    if (!said) return;
    if (within !== department.value || (heardWhileCounting && tries > 1)) return countAgain(tries - 1);
    counts.value = said.counts;
    if (heardWhileCounting) countAgain();
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

function setListings(change: (known: Listing, of: View, within: string) => Listing): void {
  const changed = [...listings.value].map(([key, known]): [string, Listing] => {
    const [of, within] = key.split("/") as [View, string];
    return [key, change(known, of, within)];
  });
  if (changed.some(([key, next]) => listings.value.get(key) !== next)) listings.value = new Map(changed);
}
