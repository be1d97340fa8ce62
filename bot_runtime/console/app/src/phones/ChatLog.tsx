import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
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
  children: JSX.Element | false;
}

const NEAR_END_PX = 160;

/** The conversation, newest at the end; `children` is shown while it is empty. */
export function ChatLog({ chat, channel, onTap, onOpenList, children }: ChatLogProps): JSX.Element {
  const messages = chat.messages.value;
  const typing = chat.typing.value;
  const log = useRef<HTMLDivElement>(null);
  const seen = useRef(0);

  useLayoutEffect(() => {
    const box = log.current;
    if (!box) return;
    const newest = messages.at(-1);
    const near = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX + (box.lastElementChild?.clientHeight ?? 0);
    const first = seen.current === 0;
    if (first || near || newest?.from === "contact") {
      box.scrollTo({ top: box.scrollHeight, behavior: first || reducedMotion.value ? "instant" : "smooth" });
    }
    seen.current = messages.length;
  }, [messages, typing]);

  const shown = messages.filter((message) => message.kind !== "reaction");
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
                reactions={reactionsTo(message, messages)}
                onTap={(choice) => onTap(message, choice)}
                onOpenList={() => onOpenList(message)}
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

/** Only the day's name depends on the clock, so only this is drawn again as it ticks. */
function Day({ at }: { at: string }): JSX.Element {
  return <p class="day">{dayName(at, now.value)}</p>;
}

/** The contact's latest reaction to a message; an empty one takes it back. */
function reactionsTo(message: Message, all: Message[]): string[] {
  const latest = all.findLast(({ kind, quoted }) => kind === "reaction" && quoted === message.id);
  return latest?.text ? [latest.text] : [];
}
