import type { JSX } from "preact";
import { Bubble } from "../parts/Bubble";
import { count, t } from "../parts/i18n";
import { Icon } from "../parts/Icon";
import { MarkedText } from "../parts/Marks";
import type { Channel, Choice, Message } from "./api";
import { Reactions } from "./Reactions";
import { Film, MapPiece, Paper, Picture, Sticker, Voice } from "./standins";

interface MessageViewProps {
  message: Message;
  channel: Channel;
  tail: boolean;
  /** The message this one answers, where it names one. */
  quoted: Message | undefined;
  reaction: string;
  newest: boolean;
  onTap: (choice: { payload: string; text: string }) => void;
  onOpenList: () => void;
  onReact: (emoji: string) => void;
}

/** One message as its channel shows it: whole, with its header, buttons and reason of failure. */
export function MessageView(props: MessageViewProps): JSX.Element {
  const { message, channel, tail, quoted, reaction, newest, onTap, onOpenList, onReact } = props;
  const out = message.from === "contact";
  const quick = (message.buttons ?? []).filter((button) => !button.url);
  const links = (message.buttons ?? []).filter((button) => button.url);
  return (
    <Bubble
      side={out ? "out" : "in"}
      tail={tail}
      at={message.at}
      status={channel.kind === "sms" && message.status !== "failed" ? null : message.status}
      speaker={out ? t("you") : channel.title}
      bare={message.kind === "sticker"}
      foot={
        message.list && (
          <button type="button" class="list-opener" aria-haspopup="dialog" onClick={onOpenList}>
            <Icon name="list" size={16} />
            {message.list.button}
          </button>
        )
      }
      beside={!out && channel.kind === "whatsapp" && <Reactions present={reaction} inTabOrder={newest} onReact={onReact} />}
      below={
        <>
          {reaction && (
            <span class="reaction" role="img" aria-label={t("reacted", { emoji: reaction })}>
              {reaction}
            </span>
          )}
          {links.length + quick.length > 0 && (
            <div class="choices" role="group" aria-label={t("options")}>
              {quick.map((button) => (
                <QuickReply key={`${button.payload}${button.text}`} button={button} onTap={onTap} />
              ))}
              {links.map((button) => (
                <a key={button.text} class="choice" href={safeUrl(button.url)} target="_blank" rel="noopener noreferrer">
                  <Icon name="link" size={15} />
                  {button.text}
                </a>
              ))}
            </div>
          )}
          {message.sms && !out && <SmsCount sms={message.sms} text={message.text ?? ""} />}
          {message.status === "failed" && (
            <p class="failure">
              <Icon name="warning" size={14} />
              <span>{[t("not_delivered"), errorText(message)].filter(Boolean).join(": ")}</span>
            </p>
          )}
        </>
      }
    >
      {quoted && (
        <span class={`quote quote--${quoted.from === "contact" ? "out" : "in"}`}>
          <b>{quoted.from === "contact" ? t("you") : channel.title}</b>
          <span dir="auto">{quoted.text ? <MarkedText text={quoted.text} /> : t(mediaName(quoted))}</span>
        </span>
      )}
      <Header header={message.header} />
      <Attachment message={message} />
      {shownText(message) && (
        <span class="bubble-text" dir="auto">
          <MarkedText text={shownText(message)} />
        </span>
      )}
      {message.footer && <span class="bubble-footer" dir="auto">{message.footer}</span>}
    </Bubble>
  );
}

function QuickReply({ button, onTap }: { button: Choice; onTap: MessageViewProps["onTap"] }): JSX.Element {
  return (
    <button type="button" class="choice" onClick={() => onTap({ payload: button.payload ?? button.text, text: button.text })}>
      <Icon name="reply" size={15} />
      {button.text}
    </button>
  );
}

function Header({ header }: { header: Message["header"] }): JSX.Element | null {
  if (!header) return null;
  if (typeof header === "string") return <b class="bubble-header">{header}</b>;
  if (header.image) return <Shown link={header.image} label={t("header_image")} />;
  return header.text ? <b class="bubble-header">{header.text}</b> : null;
}

function Attachment({ message }: { message: Message }): JSX.Element | null {
  const { media, text } = message;
  switch (message.kind) {
    case "image":
      return <Shown link={media?.link ?? ""} label={media?.caption || t("image")} />;
    case "video":
      return <Film label={media?.caption || t("video")} />;
    case "audio":
      return <Voice />;
    case "sticker":
      return <Sticker />;
    case "document":
      return <Paper filename={media?.filename || t("document")} />;
    case "location":
      return <MapPiece label={message.location?.name || text || t("location")} />;
    default:
      return media?.kind === "image" ? <Shown link={media.link ?? ""} label={media.caption || t("image")} /> : null;
  }
}

/** A picture of ours is shown; one elsewhere on the web is drawn, with its address: this page loads nothing from outside. */
function Shown({ link, label }: { link: string; label: string }): JSX.Element {
  const ours = link.startsWith("data:image/") || (link.startsWith("/") && !link.startsWith("//"));
  if (ours) return <img class="picture" src={link} alt={label} />;
  const name = link.split(/[?#]/)[0]?.split("/").pop();
  return (
    <span class="shown">
      <Picture label={label} />
      {/^https?:/.test(link) && name && <span class="shown-name">{name}</span>}
    </span>
  );
}

function SmsCount({ sms, text }: { sms: NonNullable<Message["sms"]>; text: string }): JSX.Element {
  const long = sms.budget > 0 && [...text].length > sms.budget;
  return (
    <p class={long ? "sms-count sms-count--long" : "sms-count"}>
      {long && <Icon name="warning" size={14} />}
      <span>
        {sms.encoding} · {count("units", sms.units)} · {count("parts", sms.parts)}
        {long && <b>{t("over_budget", { length: [...text].length, budget: sms.budget })}</b>}
      </span>
    </p>
  );
}

function shownText({ kind, text, media, location }: Message): string {
  const place = kind === "location" && location ? [location.name, location.address].filter(Boolean).join("\n") : "";
  return place || text || media?.caption || "";
}

export function mediaName(message: Message): "image" | "video" | "audio" | "sticker" | "document" | "location" | "message" {
  const { kind } = message;
  return kind === "image" || kind === "video" || kind === "audio" || kind === "sticker" || kind === "document" || kind === "location"
    ? kind
    : "message";
}

function errorText({ error }: Message): string {
  if (!error) return "";
  if (typeof error === "string") return error;
  return [error.code, error.text].filter(Boolean).join(" ");
}

function safeUrl(url: string | null | undefined): string | undefined {
  return url && /^https?:\/\//i.test(url) ? url : undefined;
}
