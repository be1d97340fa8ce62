import type { JSX } from "preact";
import { Bubble } from "../parts/Bubble";
import { Button } from "../parts/Button";
import { clockTime, fullTime } from "../parts/clock";
import { Icon } from "../parts/Icon";
import { isText, language, t } from "../parts/i18n";
import { MarkedText } from "../parts/Marks";
import { writeAgain } from "./acts";
import type { Line } from "./api";
import { FileView } from "./FileView";
import { returnDraft } from "./drafts";
import { dropPending, type Pending } from "./talks";
import { partsOf } from "./order";
import { eventText, speakerOf, spoken } from "./words";

interface LineViewProps {
  line: Line;
  /** The first of a run by the same speaker says who speaks. */
  first: boolean;
  contact: string;
  ticket: string;
}

const NOT_SENT = ["failed", "cancelled", "expired"];

/** One line of the history: a bubble, a note on yellow, or what happened in small. */
export function LineView({ line, first, contact, ticket }: LineViewProps): JSX.Element {
  if (line.from === "event") {
    return (
      <p class="event">
        <span>{eventText(line)}</span> <time dateTime={line.at} title={fullTime(line.at)}>{clockTime(line.at)}</time>
      </p>
    );
  }
  const speaker = speakerOf(line, contact);
  const status = line.status || null;
  const notSent = status !== null && NOT_SENT.includes(status);
  const known = status as "sent" | null;
  const said = line.from === "contact" || line.from === "bot" ? spoken(line.text, Boolean(line.file)) : line.text;
  const { text, buttons } = line.from === "bot" ? partsOf(said) : { text: said, buttons: [] };
  return (
    <div class={`line line--${line.from} ${first ? "line--first" : ""}`}>
      {first && line.from !== "contact" && <Speaker from={line.from} name={speaker} />}
      <Bubble
        side={line.from === "contact" ? "in" : "out"}
        tail={first}
        at={line.at}
        status={line.from === "contact" || line.from === "note" ? null : notSent ? "failed" : known}
        speaker={speaker}
        below={notSent && <Reason status={status} line={line} />}
      >
        {line.file && <FileView ticket={ticket} file={line.file} />}
        {text && (
          <span class="bubble-text" dir="auto">
            <MarkedText text={text} />
          </span>
        )}
        {buttons.length > 0 && (
          <ul class="line-buttons" aria-label={t("template_buttons")}>
            {buttons.map((button) => (
              <li key={button}>
                <MarkedText text={button} />
              </li>
            ))}
          </ul>
        )}
      </Bubble>
    </div>
  );
}

/** What was written here and is still on its way, or could not be handed over. */
export function PendingView({ ticket, pending }: { ticket: string; pending: Pending }): JSX.Element {
  const { key, note, text, at, failed } = pending;
  return (
    <div class={`line line--first line--${note ? "note" : "agent"} ${failed ? "" : "line--pending"}`}>
      <Speaker from={note ? "note" : "agent"} name={t(note ? "note_yours" : "you")} />
      <Bubble
        side="out"
        tail
        at={at}
        status={failed ? "failed" : note ? null : "queued"}
        speaker={t("you")}
        below={
          failed && (
            <div class="failure failure--ours" role="alert">
              <Icon name="warning" size={16} />
              <span>{failed}</span>
              <Button look="quiet" onClick={() => void writeAgain(ticket, pending)}>
                {t("try_again")}
              </Button>
              <Button
                look="quiet"
                onClick={() => {
                  dropPending(ticket, key);
                  returnDraft(ticket, note, text);
                }}
              >
                {t("edit")}
              </Button>
            </div>
          )
        }
      >
        <span class="bubble-text" dir="auto">
          <MarkedText text={text} />
        </span>
      </Bubble>
    </div>
  );
}

function Speaker({ from, name }: { from: Line["from"]; name: string }): JSX.Element {
  return (
    <p class="speaker" aria-hidden="true">
      <Icon name={from === "bot" ? "bot" : from === "note" ? "note" : "person"} size={14} />
      {name}
    </p>
  );
}

function Reason({ status, line: { why, error } }: { status: string | null; line: Line }): JSX.Element {
  const key = `line_${status}`;
  const words = why?.[language.value];
  return (
    <p class="failure">
      <Icon name="warning" size={16} />
      <span>
        <b>{isText(key) ? t(key) : t("not_delivered")}</b>
        {words ? <span class="failure-why">{words}</span> : error && `: ${error}`}
        {words && error && <small>{t("code_is", { code: error })}</small>}
      </span>
    </p>
  );
}
