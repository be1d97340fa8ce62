import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { narrow } from "../../parts/media";
import { notify } from "../../parts/Notices";
import { Panel } from "../../parts/Panel";
import { phoneText } from "../../parts/phone";
import { addressOf, go } from "../../shell/routes";
import { api, type Detail, files, type Recipient, type Status } from "../api";
import { STATUSES } from "../figures";
import { Fact } from "../ListView";
import { date, number, sentenceCase, time, w, wn, word } from "../words";

interface Props {
  campaign: Detail;
  /** Goes up when the figures were read anew: so is the first page. */
  version: number;
  tellsReads: boolean;
}

const TYPED_MS = 250;

/** Who got what, by state; all of it as a file. */
export function Recipients({ campaign, version, tellsReads }: Props): JSX.Element {
  const status = useSignal("");
  const sought = useSignal("");
  const asked = useSignal("");
  const rows = useSignal<Recipient[] | null>(null);
  const next = useSignal<string | null>(null);
  const busy = useSignal(false);
  const pages = useRef(1);
  const typing = useRef(0);

  useEffect(() => {
    if (pages.current > 1 && version > 1 && rows.value) return; // whoever reads further down is not thrown back
    let wanted = true;
    pages.current = 1;
    api.recipients(campaign.id, status.value, asked.value, null).then(
      (found) => {
        if (!wanted) return;
        rows.value = found.recipients;
        next.value = found.next;
      },
      (error: Error) => wanted && notify("error", error.message),
    );
    return () => {
      wanted = false;
    };
  }, [campaign.id, status.value, asked.value, version]);

  const more = async (): Promise<void> => {
    busy.value = true;
    try {
      const found = await api.recipients(campaign.id, status.value, asked.value, next.value);
      pages.current++;
      rows.value = [...(rows.value ?? []), ...found.recipients];
      next.value = found.next;
    } catch (error) {
      notify("error", (error as Error).message);
    } finally {
      busy.value = false;
    }
  };
  const here = STATUSES.filter((known) => (campaign.counts[known] ?? 0) > 0 || known === status.value);
  return (
    <Panel
      title={w("recipients")}
      aside={
        <span class="exports">
          {(["xlsx", "csv"] as const).map((format) => (
            <a key={format} class="button button--quiet" href={files.export(campaign.id, format)} download>
              <Icon name="download" size={17} />
              {`.${format}`}
              <span class="unseen">{w("act_export_" + format as "act_export_csv")}</span>
            </a>
          ))}
        </span>
      }
    >
      <form class="filters filters--inside" role="search" aria-label={w("filter_recipients")} onSubmit={(event) => event.preventDefault()}>
        <label class="search">
          <Icon name="search" size={18} />
          <span class="unseen">{w("search_recipients")}</span>
          <input
            type="search"
            placeholder={w("search_recipients")}
            value={sought.value}
            onInput={(event) => {
              sought.value = event.currentTarget.value;
              clearTimeout(typing.current);
              typing.current = window.setTimeout(() => (pages.current = 1, asked.value = sought.value), TYPED_MS);
            }}
          />
        </label>
        <select aria-label={w("state")} value={status.value} onChange={(event) => (pages.current = 1, status.value = event.currentTarget.value)}>
          <option value="">{w("any_state")}</option>
          {here.map((known) => (
            <option key={known} value={known}>
              {`${sentenceCase(word("status", known))} (${number(campaign.counts[known] ?? 0)})`}
            </option>
          ))}
        </select>
      </form>
      <p class="unseen" role="status">{rows.value && wn("recipients_found", rows.value.length)}</p>
      {rows.value?.length === 0 ? (
        <p class="form-note">{w("no_recipients")}</p>
      ) : narrow.value ? (
        <ul class="cards">{rows.value?.map((one) => <Card key={one.row} one={one} tellsReads={tellsReads} />)}</ul>
      ) : (
        rows.value && <Table rows={rows.value} tellsReads={tellsReads} />
      )}
      {next.value && (
        <p class="more">
          <Button disabled={busy.value} onClick={() => void more()}>
            {w("load_more")}
          </Button>
        </p>
      )}
    </Panel>
  );
}

function Table({ rows, tellsReads }: { rows: Recipient[]; tellsReads: boolean }): JSX.Element {
  return (
    <div class="table-frame" role="region" aria-label={w("recipients")} tabIndex={0}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col" class="is-number">{w("row")}</th>
            <th scope="col">{w("phone")}</th>
            <th scope="col">{w("state")}</th>
            <th scope="col">{sentenceCase(w("stage_sent"))}</th>
            <th scope="col">{sentenceCase(w("stage_delivered"))}</th>
            <th scope="col">{sentenceCase(w("stage_read"))}</th>
            <th scope="col">{sentenceCase(w("stage_answered"))}</th>
            <th scope="col"><span class="unseen">{w("ticket")}</span></th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={one.row}>
              <td class="is-number faint">{number(one.row)}</td>
              <th scope="row" class="is-phone">{phoneText(one.phone)}</th>
              <td>
                <Where one={one} />
              </td>
              <td><Moment at={one.sent_at} /></td>
              <td><Moment at={one.delivered_at} /></td>
              <td>{tellsReads ? <Moment at={one.read_at} /> : <span class="faint">{w("not_available")}</span>}</td>
              <td><Moment at={one.answered_at} /></td>
              <td><TicketLink one={one} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Card({ one, tellsReads }: { one: Recipient; tellsReads: boolean }): JSX.Element {
  const times = [["stage_sent", one.sent_at], ["stage_delivered", one.delivered_at], ["stage_read", one.read_at], ["stage_answered", one.answered_at]] as const;
  return (
    <li class="campaign-card">
      <header>
        <b>{phoneText(one.phone)}</b>
        <TicketLink one={one} />
      </header>
      <Where one={one} />
      <dl>
        {times.map(([key, at]) => (key === "stage_read" && !tellsReads ? <Fact key={key} name={sentenceCase(w(key))}>{w("not_available")}</Fact> : at && <Fact key={key} name={sentenceCase(w(key))}><Moment at={at} /></Fact>))}
      </dl>
    </li>
  );
}

function Where({ one: { status, reason, why } }: { one: Recipient }): JSX.Element {
  return (
    <span class="where">
      <span>
        <span class={`swatch ink--${status}`} aria-hidden="true" />
        {sentenceCase(word("status", status as Status))}
      </span>
      {(why || reason) && <small>{sentenceCase(why || word("excluded", reason ?? ""))}</small>}
    </span>
  );
}

function TicketLink({ one }: { one: Recipient }): JSX.Element | null {
  if (!one.ticket) return null;
  const to = addressOf("inbox", { ticket: one.ticket });
  return (
    <a
      href={to}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {w("ticket")}
      <span class="unseen"> {phoneText(one.phone)}</span>
    </a>
  );
}

function Moment({ at }: { at: string | null }): JSX.Element {
  if (!at) return <span class="faint">–</span>;
  return (
    <time class="when when--line" dateTime={at}>
      {date(at)} <small>{time(at)}</small>
    </time>
  );
}
