/** Everything the phone page shows, kept in step with the server: the world, and each phone's chat and inside. */
import { computed, type Signal, signal } from "@preact/signals";
import { CallFailed } from "../parts/call";
import { setServerNow } from "../parts/clock";
import { suggestLanguage, t } from "../parts/i18n";
import { liveState, stayLive } from "../parts/live";
import { narrow } from "../parts/media";
import { notify } from "../parts/Notices";
import { api, type Channel, type ClockState, type Inside, type Line, type Message, type Phone, type Sending, type Value, type World } from "./api";

/** One phone's conversation and what the bot knows of it. */
export interface Chat {
  messages: Signal<Message[]>;
  typing: Signal<boolean>;
  inside: Signal<Inside | null>;
  unread: Signal<number>;
}

/** Why there is nothing to show: the server isn't `dev`, or isn't there. */
export type Trouble = "" | "absent" | "unreachable";

const TYPING_MS = 25_000;
const SETTLE_MS = 60;
const AGAIN_MS = 2000;

export const world = signal<World | null>(null);
export const trouble = signal<Trouble>("");
export const problems = computed(() => world.value?.problems ?? []);
const everyone = computed(() => world.value?.phones ?? []);
/** How many phones simulated people have; they are shown when asked for. */
export const simulated = computed(() => everyone.value.filter((phone) => phone.simulated).length);
export const showsSimulated = signal(false);
export const phones = computed(() => everyone.value.filter((phone) => showsSimulated.value || !phone.simulated));
/** The phone in hand: the only one to be seen on a narrow screen. */
export const selected = signal("");

const chats = new Map<string, Chat>();
const pending = new Map<string, number>();
const typingTimers = new Map<string, number>();
let heard = 0; // lines about the world; an answer asked for before the newest of them may be older than it

export function chatOf(id: string): Chat {
  let chat = chats.get(id);
  if (!chat) {
    chat = { messages: signal([]), typing: signal(false), inside: signal(null), unread: signal(0) };
    chats.set(id, chat);
  }
  return chat;
}

export function channelOf(phone: Phone): Channel {
  const found = world.value?.channels.find((channel) => channel.name === phone.channel);
  return found ?? { name: phone.channel, kind: "whatsapp", provider: "", number: "", title: phone.channel };
}

/** Follow the server until the returned function is called. Where there are no phones to follow, only say so. */
export function openDesk(): () => void {
  let close = (): void => undefined;
  let closed = false;
  const lookAgain = (): void => phones.value.forEach(({ id }) => noteRead(id));
  document.addEventListener("visibilitychange", lookAgain);
  void readAll().then(() => {
    if (closed || trouble.value === "absent") return;
    close = stayLive<Line>({ path: "/dev/api/live", readAll: () => void readAll(), onLine: take });
  });
  return () => {
    closed = true;
    document.removeEventListener("visibilitychange", lookAgain);
    close();
  };
}

async function readAll(): Promise<void> {
  try {
    setWorld(await newestWorld());
    trouble.value = "";
    await Promise.all(phones.value.map(({ id }) => readPhone(id)));
  } catch (error) {
    trouble.value = error instanceof CallFailed && error.status !== 0 ? "absent" : "unreachable";
    if (trouble.value === "unreachable" && liveState.value === "live") setTimeout(() => void readAll(), AGAIN_MS); // else the feed asks once it is back
  }
}

/** The world as it is, not as it was before a line that came while we asked. */
async function newestWorld(): Promise<World> {
  for (;;) {
    const before = heard;
    const answer = await api.world();
    if (heard === before) return answer;
  }
}

function setWorld(next: World): void {
  world.value = next;
  suggestLanguage(next.chosen_language, { firmly: true });
  setServerNow(next.clock.now);
  setPhones(next.phones);
}

function setPhones(next: Phone[]): void {
  if (world.value) world.value = { ...world.value, phones: next };
  keepSelection();
}

function keepSelection(): void {
  if (!isShown(selected.value)) selected.value = phones.value[0]?.id ?? "";
}

function isShown(id: string): boolean {
  return phones.value.some((phone) => phone.id === id);
}

export function toggleSimulated(): void {
  showsSimulated.value = !showsSimulated.value;
  keepSelection();
  if (showsSimulated.value) void readAll();
}

async function readPhone(id: string): Promise<void> {
  const chat = chatOf(id);
  const before = new Set(chat.messages.value.map((message) => message.id));
  const known = await api.messages(id);
  const answered = new Set(known.map((message) => message.id));
  // Lines that came while we asked are newer than the answer.
  const newer = chat.messages.value.filter((message) => !before.has(message.id) && !answered.has(message.id));
  const shown = new Set(chat.messages.value.map((message) => message.id));
  chat.messages.value = [...known, ...newer];
  if (!isSeen(id)) chat.unread.value += unreadOf(known).filter((message) => !shown.has(message.id)).length;
  await readInside(id);
  noteRead(id);
}

/** The bot's messages after the newest one that was read or answered. */
function unreadOf(messages: Message[]): Message[] {
  return messages.slice(messages.findLastIndex(({ from, status }) => from === "contact" || status === "read") + 1);
}

async function readInside(id: string): Promise<void> {
  try {
    chatOf(id).inside.value = await api.inside(id);
  } catch {
    // The phone was taken away, or the server restarts: the next line or reconnection asks again.
  }
}

function take(line: Line): void {
  if (line.type === "phones" || line.type === "clock" || line.type === "workspace") heard++; // of messages there may be no end
  if ("phone" in line && !isShown(line.phone)) return; // read when it comes to be shown
  switch (line.type) {
    case "message":
      upsert(line.phone, line.message);
      settle(line.phone);
      break;
    case "status":
      upsertStatus(line);
      settle(line.phone);
      break;
    case "typing":
      setTyping(line.phone, line.on ?? true);
      break;
    case "phones": {
      const known = new Set(phones.value.map(({ id }) => id));
      setPhones(line.phones);
      for (const { id } of phones.value) if (!known.has(id)) void readPhone(id).catch(() => undefined);
      break;
    }
    case "clock":
      setServerNow(line.clock.now);
      for (const { id } of phones.value) settle(id);
      break;
    case "turn":
      settle(line.phone);
      break;
    case "workspace":
      if (line.problems?.length) {
        if (world.value) world.value = { ...world.value, problems: line.problems };
      } else {
        void newestWorld().then(setWorld, () => undefined);
        notify("done", t("reloaded"));
      }
  }
}

/** A turn says several things at once; ask for the session when they are all in. */
function settle(id: string): void {
  clearTimeout(pending.get(id));
  pending.set(
    id,
    window.setTimeout(() => void readInside(id), SETTLE_MS),
  );
}

function upsert(id: string, message: Message): void {
  const chat = chatOf(id);
  const at = chat.messages.value.findIndex((known) => known.id === message.id);
  if (at >= 0) {
    chat.messages.value = chat.messages.value.with(at, message);
    return;
  }
  chat.messages.value = [...chat.messages.value, message];
  if (message.from === "bot") {
    setTyping(id, false);
    if (isSeen(id)) noteRead(id);
    else chat.unread.value++;
  }
}

function upsertStatus({ phone, message, status, error }: Extract<Line, { type: "status" }>): void {
  const chat = chatOf(phone);
  chat.messages.value = chat.messages.value.map((known) => (known.id === message ? { ...known, status, error: error ?? known.error } : known));
}

function setTyping(id: string, on: boolean): void {
  clearTimeout(typingTimers.get(id));
  chatOf(id).typing.value = on;
  if (on) typingTimers.set(id, window.setTimeout(() => setTyping(id, false), TYPING_MS));
}

function isSeen(id: string): boolean {
  return document.visibilityState === "visible" && (!narrow.value || selected.value === id);
}

/** A phone that is looked at reads: the provider then reports our messages as read. */
export function noteRead(id: string): void {
  const chat = chatOf(id);
  if (!isSeen(id)) return;
  chat.unread.value = 0;
  const waiting = chat.messages.value.some(({ from, status }) => from === "bot" && (status === "sent" || status === "delivered"));
  if (waiting) void api.read(id).catch(() => undefined);
}

export function select(id: string): void {
  selected.value = id;
  noteRead(id);
}

/** Do what a person asked; a refusal becomes a notice. True when it was done. */
async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    notify("error", error instanceof Error ? error.message : String(error));
    return false;
  }
}

export function send(id: string, sending: Sending): Promise<boolean> {
  return attempt(async () => {
    const message = await api.send(id, sending);
    // The live line usually comes first, and by now knows more (delivered, read) than this answer.
    if (message?.id && !chatOf(id).messages.value.some((known) => known.id === message.id)) upsert(id, message);
    settle(id);
  });
}

export function start(id: string, dialog: string, given: Record<string, Value>): Promise<boolean> {
  return attempt(async () => {
    await api.start(id, dialog, given);
    settle(id);
  });
}

export function advance(seconds: number): Promise<boolean> {
  return attempt(async () => {
    const moved: ClockState = await api.advance(seconds);
    setServerNow(moved.now);
    for (const { id } of phones.value) settle(id);
  });
}

export function addPhone(wanted: { name: string; channel: string; number?: string }): Promise<boolean> {
  return attempt(async () => {
    const phone = await api.addPhone(wanted);
    if (!isShown(phone.id)) setPhones([...everyone.value, phone]);
    selected.value = phone.id;
    await readPhone(phone.id);
  });
}

export function removePhone(phone: Phone): Promise<boolean> {
  return attempt(async () => {
    await api.removePhone(phone.id);
    setPhones(everyone.value.filter(({ id }) => id !== phone.id));
    chats.delete(phone.id);
    const { name, channel, number } = phone;
    notify("done", t("phone_removed", { name }), () => void addPhone({ name, channel, number }));
  });
}
