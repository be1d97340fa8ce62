/** A WebSocket that comes back: it asks for everything after the last line it saw. */
import { type Signal, signal } from "@preact/signals";

export type LiveState = "connecting" | "live" | "lost";

export interface LiveLine {
  seq: number;
  type: string;
}

interface Wishes<Line extends LiveLine> {
  path: string;
  /** Called once connected for the first time, and whenever the server no longer keeps what we missed. */
  readAll: () => void;
  onLine: (line: Line) => void;
}

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 8000;

export const liveState: Signal<LiveState> = signal("connecting");

/** Stay connected until the returned function is called. */
export function stayLive<Line extends LiveLine>({ path, readAll, onLine }: Wishes<Line>): () => void {
  let since: number | null = null;
  let wait = FIRST_WAIT_MS;
  let timer = 0;
  let socket: WebSocket | null = null;
  let ended = false;

  const connect = (): void => {
    clearTimeout(timer);
    const url = new URL(path, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    if (since !== null) url.searchParams.set("since", String(since));
    socket = new WebSocket(url);
    socket.onopen = () => {
      wait = FIRST_WAIT_MS;
      liveState.value = "live";
      if (since === null) readAll();
    };
    socket.onmessage = (event) => {
      const line = JSON.parse(String(event.data)) as Line;
      if (line.type === "reset") {
        since = line.seq ?? null;
        readAll();
        return;
      }
      if (since === null || line.seq > since) since = line.seq;
      onLine(line);
    };
    socket.onclose = () => {
      if (ended) return;
      liveState.value = "lost";
      timer = window.setTimeout(connect, wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
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
  };
}
