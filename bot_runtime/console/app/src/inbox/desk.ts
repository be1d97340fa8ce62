/** The open inbox: which conversation is in front, and what the live feed changes. */
import { computed, effect, signal, untracked } from "@preact/signals";
import { bePresent, checkLogin, me, type Presence, presence, whenUserChanges } from "../login/session";
import { now, setServerNow } from "../parts/clock";
import { t } from "../parts/i18n";
import { liveState, stayLive } from "../parts/live";
import { narrow, roomy } from "../parts/media";
import { notify } from "../parts/Notices";
import { play, tellDesktop } from "../parts/ring";
import { titleMark } from "../parts/title";
import { addressOf, asked, go } from "../shell/routes";
import { askedFor } from "./acts";
import { api, type Colleague, type Feed, type Line, type Row } from "./api";
import { claimDrafts, forgetDrafts } from "./drafts";
import { dropRow, forgetLists, listed, listing, myName, readList, rows, tellRow, unanswered, view } from "./lists";
import { ms } from "./order";
import { distrustTalks, forgetTalk, forgetTalks, lookInside, openTalk, talkOf, tellLine } from "./talks";
import { contactName, eventText } from "./words";

const LONGEST_GAP_MS = 300_000;
const REMEMBERED = 2000;
const FRESH_MS = 60_000;

export const selected = computed(() => asked.value.get("ticket") ?? "");
/** On a roomy screen the details stand beside the conversation; elsewhere they cover it when asked for. */
export const detailsOpen = signal(roomy.value);
export const colleagues = signal<Colleague[]>([]);
const heard = new Set<string>(); // the latest lines, by id

export function departmentTitle(name: string): string {
  return me.value?.departments.find((known) => known.name === name)?.title ?? name;
}

/** Follow the server until the returned function is called. */
export function openInbox(): () => void {
  claimDrafts(myName());
  const stopFollowing = stayLive<Feed>({
    path: "/api/v1/live",
    readAll,
    onLine: take,
    cursor: (line) => ("at" in line ? ms(line.at) : line.type === "hello" ? ms(line.now) : null),
    longestGapMs: LONGEST_GAP_MS,
    greets: true,
    onLost: () => {
      if (listing.value.state === "new") readAll(); // without the live feed the lists are still of use
      void checkLogin(); // also how an ended login shows
    },
  });
  const stopOpening = effect(() => {
    const id = selected.value;
    if (id) untracked(() => void openTalk(id));
  });
  const stopFitting = effect(() => {
    detailsOpen.value = roomy.value;
  });
  const stopRetrying = effect(() => {
    if (liveState.value === "live") untracked(readFailed);
  });
  const stopTitle = effect(() => {
    titleMark.value = unanswered.value ? `(${unanswered.value})` : "";
  });
  void bePresent(presence.value === "away" ? "away" : "connected").catch(() => undefined);
  return () => {
    stopFollowing();
    stopOpening();
    stopFitting();
    stopRetrying();
    stopTitle();
    titleMark.value = "";
  };
}

whenUserChanges(() => {
  forgetLists();
  forgetTalks();
  forgetDrafts();
  heard.clear();
  colleagues.value = [];
});

function readAll(): void {
  void readList();
  if (view.value !== "mine") void readList("mine", "");
  distrustTalks(selected.value);
  if (selected.value) void openTalk(selected.value);
  void readColleagues();
}

/** What could not be read while the server was away. */
function readFailed(): void {
  if (listing.value.state === "failed") void readList();
  if (selected.value && talkOf(selected.value).state.value === "failed") void openTalk(selected.value);
}

export async function readColleagues(): Promise<void> {
  colleagues.value = await api.agents().catch(() => colleagues.value);
}

function take(line: Feed): void {
  if (line.type === "hello") return setServerNow(new Date(line.now).toISOString());
  if (line.type === "presence") return tellPresence(line.agent, line.state);
  if (line.type === "gone") return loseSight(line.ticket);
  if (line.type !== "ticket" && line.type !== "line") return;
  if (heard.has(line.id)) return; // told again after a gap
  heard.add(line.id);
  if (heard.size > REMEMBERED) heard.delete(heard.values().next().value as string);
  const at = ms(line.at);
  if (at > now.value + 1500) setServerNow(new Date(at).toISOString()); // `dev` moved the clock
  if (line.type === "ticket") {
    noticeTicket(tellRow(line.ticket), line.ticket, at);
    lookInside(line.ticket.id);
  } else {
    const isNew = !talkOf(line.ticket).lines.value.some(({ id }) => id === line.line.id);
    tellLine(line.ticket, line.line);
    if (isNew) noticeLine(line.ticket, line.line, at);
  }
}

/** A ticket went where we may not look. */
function loseSight(id: string): void {
  dropRow(id);
  if (id !== selected.value) return forgetTalk(id);
  go(addressOf("inbox"), { replace: true });
  forgetTalk(id);
}

function tellPresence(agent: string, state: Presence): void {
  if (agent === myName()) presence.value = state === "disconnected" ? presence.value : state;
  colleagues.value = colleagues.value.map((known) => (known.name === agent ? { ...known, presence: state } : known));
}

/** A ticket newly queued, given to us or taken from us. */
function noticeTicket(before: Row | undefined, row: Row, at: number): void {
  const name = contactName(row);
  if (now.value - at > FRESH_MS || !isMove(before, row)) return;
  if (row.state === "queued" && before?.state !== "queued") {
    play("queue");
    tellDesktop(t("notice_queue", { name }), row.last_text, row.id, () => select(row.id));
  }
  const mine = row.owner === myName();
  if (row.state === "taken" && mine && before && before.owner !== myName() && !askedFor.has(row.id)) {
    play("queue");
    notify("done", t("notice_given", { name }));
    tellDesktop(t("notice_given", { name }), row.last_text, row.id, () => select(row.id));
  }
  if (before?.state === "taken" && before.owner === myName() && row.state === "taken" && !mine) notify("done", t("notice_lost", { name, owner: row.owner_name }));
}

function isMove(before: Row | undefined, row: Row): boolean {
  return !before || before.state !== row.state || before.owner !== row.owner;
}

function noticeLine(id: string, line: Line, at: number): void {
  const row = rows.value.get(id);
  if (row?.owner !== myName() || now.value - at > FRESH_MS) return;
  const closes = line.event === "window_closes" && row.unread > 0; // what is answered may close
  if (line.from !== "contact" && !closes) return;
  if (id === selected.value && document.visibilityState === "visible" && document.hasFocus()) return;
  play("message");
  tellDesktop(contactName(row), closes ? eventText(line) : line.text, id, () => select(id));
}

/** Bring a conversation to the front, or none. */
export function select(id: string, { replace = false } = {}): void {
  if (narrow.value) detailsOpen.value = false;
  if (id !== selected.value) go(addressOf("inbox", { ticket: id }), { replace });
}

/** The next or previous conversation of the list. */
export function step(by: 1 | -1): void {
  const all = listed.value;
  const at = all.findIndex(({ id }) => id === selected.value);
  const to = at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[at + by];
  if (to) select(to.id, { replace: selected.value !== "" });
}
