import type { JSX } from "preact";
import { Avatar } from "../parts/Avatar";
import { Button, IconButton } from "../parts/Button";
import { dayAndTime, fullTime } from "../parts/clock";
import { Icon } from "../parts/Icon";
import { locale, t } from "../parts/i18n";
import { narrow } from "../parts/media";
import { Panel } from "../parts/Panel";
import type { Row, Ticket, Value } from "./api";
import { DataPanel } from "./DataPanel";
import type { Asking } from "./Dialogs";
import { departmentTitle, detailsOpen } from "./desk";
import { rows } from "./lists";
import { talkOf } from "./talks";
import { canReopen, isMine, mayAct, mayClose, mayTransfer, takeTicket } from "./ticket";
import { addressText, contactName, reasonTitle, stateText } from "./words";

/** What is known of the contact and the ticket, and everything that can be done with it. */
export function DetailsPane({ id, onAsk }: { id: string; onAsk: (what: Asking) => void }): JSX.Element | null {
  const ticket = talkOf(id).ticket.value;
  const row = rows.value.get(id) ?? ticket;
  if (!row) return null;
  const hide = (): void => {
    detailsOpen.value = false;
  };
  return (
    <aside class="details" aria-label={t("details_of", { name: contactName(row) })}>
      <header class="details-head">
        {narrow.value && <IconButton icon="back" label={t("back_to_conversation")} onClick={hide} />}
        <h2>{t("details")}</h2>
        {!narrow.value && <IconButton icon="close" label={t("hide_details")} onClick={hide} />}
      </header>
      <div class="details-body">
        <Contact row={row} ticket={ticket} />
        <Actions row={row} ticket={ticket} onAsk={onAsk} />
        <Panel title={`${t("ticket")} ${row.number}`}>
          <dl class="facts">
            <Fact name={t("state")} value={stateText(row)} mark={row.state} />
            {row.reason && <Fact name={t("reason")} value={reasonTitle(row.reason)} />}
            <Fact name={t("department")} value={departmentTitle(row.department) || "—"} />
            <Fact name={t("channel")} value={row.channel} />
            {row.opened_at && <Moment name={t("opened")} at={row.opened_at} />}
            {row.queued_at && <Moment name={t("queued")} at={row.queued_at} />}
            {row.changed_at && <Moment name={t("changed")} at={row.changed_at} />}
          </dl>
          {row.tags.length > 0 && (
            <ul class="tags" aria-label={t("tags")}>
              {row.tags.map((tag) => (
                <li key={tag} class="mark mark--tag" title={tag}>
                  {tag}
                </li>
              ))}
            </ul>
          )}
        </Panel>
        <DataPanel row={row} ticket={ticket} />
        <BotSession ticket={ticket} />
      </div>
    </aside>
  );
}

function Contact({ row, ticket }: { row: Row; ticket: Ticket | null }): JSX.Element {
  return (
    <div class="contact">
      <Avatar name={contactName(row)} />
      <div>
        <h3 dir="auto">{contactName(row)}</h3>
        {row.contact_name && <p>{addressText(ticket?.contact.address ?? row.address)}</p>}
      </div>
      {ticket?.opted_out && (
        <p class="contact-out">
          <Icon name="warning" size={16} />
          {t("opted_out")}
        </p>
      )}
    </div>
  );
}

function Actions({ row, ticket, onAsk }: { row: Row; ticket: Ticket | null; onAsk: (what: Asking) => void }): JSX.Element | null {
  const take = (): void => void takeTicket(row.id, onAsk);
  if (row.state === "closed") {
    return canReopen(row) ? (
      <div class="actions">
        <Button icon="give" onClick={() => void takeTicket(row.id, onAsk, true)}>
          {t("reopen")}
        </Button>
      </div>
    ) : null;
  }
  return (
    <div class="actions" role="group" aria-label={t("actions")}>
      {!isMine(row) && (
        <Button look={row.state === "taken" ? "plain" : "primary"} icon="hand" aria-keyshortcuts="Alt+T" title="Alt+T" onClick={take}>
          {t(row.state === "taken" ? "take_over" : "take")}
        </Button>
      )}
      {mayTransfer(row) && (
        <Button icon="transfer" aria-keyshortcuts="Alt+R" title="Alt+R" onClick={() => onAsk("transfer")}>
          {t("transfer")}
        </Button>
      )}
      {mayClose(row) && (
        <Button icon="check" aria-keyshortcuts="Alt+E" title="Alt+E" onClick={() => onAsk("close")}>
          {t("close_ticket")}
        </Button>
      )}
      {mayAct(row) && (
        <Button
          icon="give"
          aria-keyshortcuts="Alt+B"
          title={ticket?.states.length ? "Alt+B" : t("refused_no_bot")}
          disabled={!ticket?.states.length}
          onClick={() => onAsk("give-back")}
        >
          {t("give_back")}
        </Button>
      )}
    </div>
  );
}

function BotSession({ ticket }: { ticket: Ticket | null }): JSX.Element | null {
  const session = ticket?.session;
  if (!session) return null;
  return (
    <>
      <Panel title={t("bot")}>
        <dl class="facts">
          <Fact name={t("dialog")} value={session.title || session.dialog} />
          {session.state && <Fact name={t("stopped_at")} value={session.state} code />}
        </dl>
      </Panel>
      <Values title={t("answers")} values={session.answers} />
      <Values title={t("given")} values={session.given} />
    </>
  );
}

/** As people read it: a list of choices is "a, b and c". */
function shown(value: Value): string {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (Array.isArray(value)) return value.length ? new Intl.ListFormat(locale.value, { type: "conjunction" }).format(value) : "—";
  return String(value ?? "—");
}

function Values({ title, values }: { title: string; values: Record<string, Value> | undefined }): JSX.Element | null {
  const all = Object.entries(values ?? {});
  if (all.length === 0) return null;
  return (
    <Panel title={title}>
      <dl class="facts">
        {all.map(([name, value]) => (
          <Fact key={name} name={name.replaceAll("_", " ")} value={shown(value)} />
        ))}
      </dl>
    </Panel>
  );
}

function Fact({ name, value, mark, code }: { name: string; value: string; mark?: string; code?: boolean }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={mark ? `state state--${mark}` : undefined}>{code ? <code>{value}</code> : value}</dd>
    </div>
  );
}

function Moment({ name, at }: { name: string; at: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <time dateTime={at} title={fullTime(at)}>
          {dayAndTime(at)}
        </time>
      </dd>
    </div>
  );
}
