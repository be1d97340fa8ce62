import type { JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { dayName, dayOf, now } from "../parts/clock";
import { t } from "../parts/i18n";
import { reducedMotion } from "../parts/media";
import type { Channel, Message } from "./api";
import type { Chat } from "./desk";
import { MessageView } from "./MessageView";

interface ChatLogProps {
  chat: Chat;
  channel: Channel;
  onTap: (message: Message, choice: { payload: string; text: string }) => void;
  onOpenList: (message: Message) => void;
  onReact: (message: Message, emoji: string) => void;
  children: JSX.Element | false;
}

const NEAR_END_PX = 60;
const MOST_SHOWN = 400;

/** The conversation, newest at the end; `children` is shown while it is empty. */
export function ChatLog({ chat, channel, onTap, onOpenList, onReact, children }: ChatLogProps): JSX.Element {
  const messages = chat.messages.value;
  const typing = chat.typing.value;
  const log = useNewestInSight(messages, typing);
  const shown = messages.filter((message) => message.kind !== "reaction").slice(-MOST_SHOWN);
  return (
    <div class="wall">
      <div class="log" ref={log} role="log" aria-live="polite" aria-label={t("conversation_with", { name: channel.title })} tabIndex={0}>
        {shown.length === 0 && children}
        {shown.map((message, at) => {
          const before = shown[at - 1];
          const newDay = !before || dayOf(before.at) !== dayOf(message.at);
          return (
            <div key={message.id} class="entry">
              {newDay && <Day at={message.at} />}
              <MessageView
                message={message}
                channel={channel}
                tail={newDay || before?.from !== message.from}
                quoted={message.quoted ? messages.find(({ id }) => id === message.quoted) : undefined}
                reaction={reactionTo(message, messages)}
              newest={at === shown.length - 1}
                onTap={(choice) => onTap(message, choice)}
                onOpenList={() => onOpenList(message)}
              onReact={(emoji) => onReact(message, emoji)}
              />
            </div>
          );
        })}
        {typing && (
          <div class="message message--in">
            <div class="bubble bubble--tail typing" role="img" aria-label={t("typing")}>
              <i />
              <i />
              <i />
            </div>
          </div>
        )}
      </div>
    </div>
  );
}

/** Keeps the newest message in sight, unless the reader scrolled up to read an older one. */
function useNewestInSight(messages: Message[], typing: boolean): RefObject<HTMLDivElement | null> {
  const log = useRef<HTMLDivElement>(null);
  const following = useRef(true);

  useEffect(() => {
    const box = log.current;
    if (!box) return;
    let top = box.scrollTop;
    const noteScroll = (): void => {
      if (box.clientHeight === 0) return; // out of sight, where every position is 0
      const nearEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
      if (nearEnd) following.current = true;
      else if (box.scrollTop < top) following.current = false; // only up: a smooth scroll down is ours
      top = box.scrollTop;
    };
    // The log grows and shrinks with the composer, the chips above it and the screen.
    const resized = new ResizeObserver(() => following.current && box.scrollTo({ top: box.scrollHeight, behavior: "instant" }));
    box.addEventListener("scroll", noteScroll, { passive: true });
    resized.observe(box);
    return () => {
      box.removeEventListener("scroll", noteScroll);
      resized.disconnect();
    };
  }, []);

  useLayoutEffect(() => {
    const box = log.current;
    if (messages.at(-1)?.from === "contact") following.current = true;
    if (!box || !following.current) return;
    const far = box.scrollHeight - box.scrollTop > 3 * box.clientHeight;
    box.scrollTo({ top: box.scrollHeight, behavior: far || reducedMotion.value ? "instant" : "smooth" });
  }, [messages, typing]);

  return log;
}

/** Only the day's name depends on the clock, so only this is drawn again as it ticks. */
function Day({ at }: { at: string }): JSX.Element {
  return <p class="day">{dayName(at, now.value)}</p>;
}

/** The contact's latest reaction to a message; an empty one took it back. */
function reactionTo(message: Message, all: Message[]): string {
  return all.findLast(({ kind, quoted }) => kind === "reaction" && quoted === message.id)?.text ?? "";
}
