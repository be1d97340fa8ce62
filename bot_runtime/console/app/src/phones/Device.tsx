import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { clockTime, now } from "../parts/clock";
import { t } from "../parts/i18n";
import { Icon } from "../parts/Icon";
import { phoneText } from "../parts/phone";
import type { Channel, Message, Phone } from "./api";
import { ChatLog } from "./ChatLog";
import { Composer } from "./Composer";
import { channelOf, type Chat, chatOf, send } from "./desk";
import { ListSheet } from "./ListSheet";
import { Suggestions } from "./Suggestions";

/** The phone itself: its case, status bar, chat and composer. */
export function Device({ phone, place, onStart }: { phone: Phone; place: number; onStart: () => void }): JSX.Element {
  const channel = channelOf(phone);
  const chat = chatOf(phone.id);
  const opened = useSignal<Message | null>(null);
  const list = opened.value;
  const tap = (message: Message, choice: { payload: string; text: string }): void =>
    void send(phone.id, { kind: "tap", message: message.id, ...choice });
  const say = (text: string): void => void send(phone.id, { kind: "text", text });
  const empty = chat.messages.value.length === 0;
  const idle = !empty && (chat.inside.value?.session ?? null) === null;

  return (
    <div class={`device device--${channel.kind}`}>
      <div class="screen">
        <StatusBar />
        <ChatHead channel={channel} chat={chat} />
        <ChatLog
          chat={chat}
          channel={channel}
          onTap={tap}
          onOpenList={(message) => (opened.value = message)}
          onReact={(message, emoji) => void send(phone.id, { kind: "reaction", message: message.id, emoji })}
        >
          <Suggestions phone={phone} look="welcome" onSay={say} onStart={onStart} />
        </ChatLog>
        {(idle || isOver(chat)) && <Suggestions phone={phone} look="row" onSay={say} onStart={onStart} />}
        <Composer channel={channel} phone={phone} place={place} onSend={(sending) => send(phone.id, sending)} />
        {list && <ListSheet message={list} onTap={(choice) => tap(list, choice)} onClose={() => (opened.value = null)} />}
        <span class="home-bar" aria-hidden="true" />
      </div>
    </div>
  );
}

function isOver(chat: Chat): boolean {
  return chat.inside.value?.session?.phase === "ended" && chat.messages.value.length > 0;
}

function StatusBar(): JSX.Element {
  return (
    <div class="status-bar" aria-hidden="true">
      <span>{clockTime(now.value)}</span>
      <span class="camera" />
      <svg viewBox="0 0 52 14" width="52" height="14">
        <path d="M1 11h2v2H1zM5 8.500h2V13H5zM9 6h2v7H9zM13 3h2v10h-2z" />
        <path d="M20 6.500a8.500 8.500 0 0 1 11 0l-1.400 1.700a6.200 6.200 0 0 0-8.200 0zM22.300 9.200a5 5 0 0 1 6.400 0L25.500 13z" />
        <rect class="battery" x="36.500" y="3.500" width="12" height="8" rx="2.200" />
        <rect x="38" y="5" width="8" height="5" rx="1" />
        <rect x="49.500" y="6" width="1.500" height="3" rx=".7" />
      </svg>
    </div>
  );
}

function ChatHead({ channel, chat }: { channel: Channel; chat: Chat }): JSX.Element {
  const sms = channel.kind === "sms";
  return (
    <div class="chat-head">
      <Icon name="back" size={20} />
      <span class="avatar avatar--bot" aria-hidden="true">
        <Icon name="bot" size={20} />
      </span>
      <div class="chat-name">
        <p>{channel.title}</p>
        <p class="chat-state">{!sms && chat.typing.value ? t("typing") : phoneText(channel.number)}</p>
      </div>
      <span class="channel-kind">{sms ? "SMS" : "WhatsApp"}</span>
    </div>
  );
}
