/** A WebSocket that comes back: it asks for everything after the last line it saw. */
import { type Signal, signal } from "@preact/signals";

/** `off`: this page follows nothing. */
export type LiveState = "off" | "connecting" | "live" | "lost";

export interface LiveLine {
  seq?: number;
  type: string;
}

interface Wishes<Line extends LiveLine> {
  path: string;
  /** Called once connected (and greeted) for the first time, and whenever the server no longer keeps what we missed. */
  readAll: () => void;
  onLine: (line: Line) => void;
  /** The feed says `hello` once it is sure to tell all that comes: what is read before could be out of date unnoticed. */
  greets?: boolean;
  /** Where a line stands in the feed; null: nowhere. Its `seq`, unless told otherwise. */
  cursor?: (line: Line) => number | null;
  /** After a longer absence everything is read anew. */
  longestGapMs?: number;
  /** Called each time the connection could not be made, or was lost. */
  onLost?: () => void;
}

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 8000;

export const liveState: Signal<LiveState> = signal("off");

/** Stay connected until the returned function is called. */
export function stayLive<Line extends LiveLine>(wishes: Wishes<Line>): () => void {
  const { path, readAll, onLine, cursor = ({ seq }: Line) => seq ?? null, longestGapMs = Infinity, greets = false, onLost } = wishes;
  let since: number | null = null;
  let lostAt = 0;
  let wait = FIRST_WAIT_MS;
  let timer = 0;
  let socket: WebSocket | null = null;
  let ended = false;
  liveState.value = "connecting";

  const begin = (): void => {
    wait = FIRST_WAIT_MS;
    lostAt = 0;
    liveState.value = "live";
    if (since === null) readAll();
  };

  const connect = (): void => {
    clearTimeout(timer);
    const url = new URL(path, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    if (lostAt && Date.now() - lostAt > longestGapMs) since = null;
    if (since !== null) url.searchParams.set("since", String(since));
    socket = new WebSocket(url);
    if (!greets) socket.onopen = begin;
    socket.onmessage = (event) => {
      const line = JSON.parse(String(event.data)) as Line;
      const at = cursor(line);
      if (greets && line.type === "hello") begin();
      if (line.type === "reset") {
        since = at;
        readAll();
        return;
      }
      if (at !== null && (since === null || at > since)) since = at;
      onLine(line);
    };
    socket.onclose = () => {
      if (ended) return;
      lostAt ||= Date.now();
      liveState.value = "lost";
      timer = window.setTimeout(connect, wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
      onLost?.();
    };
  };

  const hurry = (): void => {
    if (socket?.readyState === WebSocket.CLOSED) connect();
  };
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  connect();

  return () => {
    ended = true;
    clearTimeout(timer);
    removeEventListener("online", hurry);
    document.removeEventListener("visibilitychange", hurry);
    socket?.close();
    liveState.value = "off";
  };
}
