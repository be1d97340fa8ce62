import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Avatar } from "../parts/Avatar";
import { ago, duration, fullTime, now } from "../parts/clock";
import { Icon } from "../parts/Icon";
import { count, t } from "../parts/i18n";
import { addressOf } from "../shell/routes";
import type { Row } from "./api";
import { departmentTitle, select, selected } from "./desk";
import { draftMark } from "./drafts";
import { department, ownDepartments } from "./lists";
import { ms } from "./order";
import { CLOSES_SOON_MS, closingTone, contactName, reasonTitle, shortStateText, spoken, toneOf } from "./words";

const TAGS_SHOWN = 2;
const WITH_PEOPLE = ["queued", "taken"];

/** One conversation of a list. */
export function RowView({ row, current }: { row: Row; current: boolean }): JSX.Element {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (current) link.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  const last = row.last_at ?? row.changed_at;
  const showsDepartment = row.department !== "" && !department.value && ownDepartments().length > 1;
  const tagsShown = showsDepartment ? 1 : TAGS_SHOWN;
  return (
    <li>
      <a
        ref={link}
        class="row"
        href={addressOf("inbox", { ticket: row.id })}
        aria-current={current ? "true" : undefined}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          select(row.id, { replace: selected.value !== "" });
        }}
      >
        <span class="row-face">
          <Avatar name={contactName(row)} />
          <span class={`row-channel row-channel--${row.channel_kind}`} role="img" aria-label={t(`channel_${row.channel_kind}`)} title={row.channel}>
            <Icon name={row.channel_kind === "sms" ? "sms" : "whatsapp"} size={12} />
          </span>
        </span>
        <span class="row-text">
          <span class="row-top">
            <b dir="auto" title={contactName(row)}>
              {contactName(row)}
            </b>
            {last && <Ago at={last} />}
          </span>
          <span class="row-middle">
            <span class="row-last" dir="auto">{draftMark(row.id) ? <em>{t("draft", { text: draftMark(row.id) })}</em> : spoken(row.last_text) || t("no_text_yet")}</span>
            {row.unread > 0 && (
              <span class="unanswered" aria-label={count("unanswered", row.unread)} title={count("unanswered", row.unread)}>
                {row.unread > 99 ? "99+" : row.unread}
              </span>
            )}
          </span>
          <span class="row-marks">
            <Place row={row} />
            {WITH_PEOPLE.includes(row.state) && row.window_closes_at && <Closing at={row.window_closes_at} unread={row.unread} />}
            {showsDepartment && <span class="mark">{departmentTitle(row.department)}</span>}
            {row.tags.slice(0, tagsShown).map((tag) => (
              <span key={tag} class="mark mark--tag" title={tag}>
                {tag}
              </span>
            ))}
            {row.tags.length > tagsShown && (
              <span class="mark mark--tag mark--more" title={row.tags.slice(tagsShown).join(", ")}>
                +{row.tags.length - tagsShown}
              </span>
            )}
          </span>
        </span>
      </a>
    </li>
  );
}

/** Where it is: its age in the queue, its owner, the bot, or why it was closed. */
function Place({ row }: { row: Row }): JSX.Element {
  if (row.state === "queued") return <Waiting since={row.queued_at} />;
  const text = row.state === "closed" ? reasonTitle(row.reason) : shortStateText(row);
  return (
    <span class={`mark mark--${row.state}`}>
      <Icon name={row.state === "taken" ? "person" : row.state === "closed" ? "check" : "bot"} size={13} />
      {text}
    </span>
  );
}

/** These three are drawn again as time passes; the rest of the row is not. */
function Closing({ at, unread }: { at: string; unread: number }): JSX.Element | null {
  const left = ms(at) - now.value;
  if (left <= 0 || left > CLOSES_SOON_MS) return null;
  const minutes = Math.ceil(left / 60_000);
  return (
    <span class={`mark mark--${closingTone(left, unread)}`} title={t("window_closes", { time: fullTime(at) })}>
      {t("window_short", { time: duration(minutes * 60) })}
    </span>
  );
}

function Waiting({ since }: { since: string | null }): JSX.Element {
  const waited = Math.max(0, now.value - ms(since));
  const text = waited < 60_000 ? t("just_now") : duration(Math.floor(waited / 60_000) * 60);
  return (
    <span class={`mark mark--queued mark--${toneOf(waited)}`} title={since ? t("waiting_since", { time: fullTime(since) }) : undefined}>
      <Icon name="clock" size={13} />
      <span class="unseen">{t("in_queue_for")} </span>
      {text}
    </span>
  );
}

function Ago({ at }: { at: string }): JSX.Element {
  return (
    <time dateTime={at} title={fullTime(at)}>
      {ago(at, now.value)}
    </time>
  );
}
