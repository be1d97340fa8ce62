import type { ComponentChildren, JSX } from "preact";
import { Button, IconButton } from "../parts/Button";
import { t } from "../parts/i18n";
import { Icon } from "../parts/Icon";
import { narrow } from "../parts/media";
import { phoneText } from "../parts/phone";
import { addressOf } from "../shell/routes";
import { ActionMenu } from "./ActionMenu";
import { mayAct } from "./actions";
import type { State, Summary } from "./api";
import {
  busy, channelOf, choices, departmentOf, dialogOf, filterBy, filtered, filterNothing, filters, listed, next, readList, readMore, showResults,
  trouble,
} from "./desk";
import { openForm } from "./create/draft";
import { useHeading } from "./heading";
import { StateChip } from "./StateChip";
import { Tip } from "./Tip";
import { date, moment, number, stateWord, time, w, wn } from "./words";

const STATES: State[] = ["draft", "loaded", "invalid", "scheduled", "sending", "paused", "completed", "finished_with_errors", "error", "cancelled"];

/** All campaigns, newest first, with what may be done with each. */
export function ListView(): JSX.Element {
  const rows = listed.value;
  const none = rows?.length === 0;
  const heading = useHeading();
  return (
    <>
      <header class="campaigns-head">
        <h1 ref={heading} tabIndex={-1}>{w("campaigns")}</h1>
        <span class={busy.value ? "is-turning" : ""}>
          <IconButton icon="reload" label={w("reload")} onClick={() => void readList()} />
        </span>
        {mayAct() && !(none && !filtered.value) && <NewButton />}
      </header>
      {!(none && !filtered.value) && <FilterBar />}
      {trouble.value && (
        <p class="banner" role="alert">
          <Icon name="warning" size={18} />
          <span>{trouble.value}</span>
          <Button look="quiet" onClick={() => void readList()}>
            {t("try_again")}
          </Button>
        </p>
      )}
      <p class="unseen" role="status">
        {rows && wn("found", rows.length)}
      </p>
      {rows === null ? (
        !trouble.value && <Waiting />
      ) : none ? (
        filtered.value ? <NothingFound /> : <Empty />
      ) : narrow.value ? (
        <ul class="cards">
          {rows.map((campaign) => (
            <Card key={campaign.id} campaign={campaign} />
          ))}
        </ul>
      ) : (
        <Table rows={rows} />
      )}
      {next.value && (
        <p class="more">
          <Button disabled={busy.value} onClick={() => void readMore()}>
            {w("load_more")}
          </Button>
        </p>
      )}
    </>
  );
}

function NewButton(): JSX.Element {
  return (
    <Button
      look="primary"
      icon="plus"
      onClick={() => openForm()}
    >
      {w("new_campaign")}
    </Button>
  );
}

function FilterBar(): JSX.Element {
  const { state, channel, q, archived, dated } = filters.value;
  return (
    <form class="filters" role="search" aria-label={w("filters")} onSubmit={(event) => event.preventDefault()}>
      <label class="search">
        <Icon name="search" size={18} />
        <span class="unseen">{w("search")}</span>
        <input type="search" placeholder={w("search")} value={q} onInput={(event) => filterBy({ q: event.currentTarget.value })} />
      </label>
      <select aria-label={w("state")} value={state} onChange={(event) => filterBy({ state: event.currentTarget.value })}>
        <option value="">{w("any_state")}</option>
        {STATES.map((name) => (
          <option key={name} value={name}>
            {stateWord(name)}
          </option>
        ))}
      </select>
      <select aria-label={w("channel")} value={channel} onChange={(event) => filterBy({ channel: event.currentTarget.value })}>
        <option value="">{w("any_channel")}</option>
        {choices.value?.channels.map(({ name, title }) => (
          <option key={name} value={name}>
            {title || name}
          </option>
        ))}
      </select>
      <select
        aria-label={w("date")}
        value={dated}
        onChange={(event) => {
          const chosen = event.currentTarget.value as typeof dated;
          filterBy(chosen ? { dated: chosen } : { dated: "", from: "", to: "" });
        }}
      >
        <option value="">{w("any_date")}</option>
        <option value="created">{w("dated_created")}</option>
        <option value="sent">{w("dated_sent")}</option>
      </select>
      {dated && <Days />}
      <label class="tick">
        <input type="checkbox" checked={archived} onChange={(event) => filterBy({ archived: event.currentTarget.checked })} />
        {w("archived_ones")}
      </label>
    </form>
  );
}

/** The first and the last day, each left open while it is empty. */
function Days(): JSX.Element {
  const { from, to, zone } = filters.value;
  const backwards = Boolean(from && to && to < from);
  return (
    <span class="days" role="group" aria-label={w("days_in", { zone: zone.replaceAll("_", " ") })} title={w("days_in", { zone: zone.replaceAll("_", " ") })}>
      <input type="date" aria-label={w("first_day")} value={from} max={to || undefined} aria-invalid={backwards || undefined} onInput={(event) => filterBy({ from: event.currentTarget.value })} />
      <span aria-hidden="true">–</span>
      <input type="date" aria-label={w("last_day")} value={to} min={from || undefined} aria-invalid={backwards || undefined} onInput={(event) => filterBy({ to: event.currentTarget.value })} />
    </span>
  );
}

function Table({ rows }: { rows: Summary[] }): JSX.Element {
  return (
    <div class="table-frame" role="region" aria-label={w("campaigns")} tabIndex={0}>
      <table class="table table--campaigns">
        <thead>
          <tr>
            <th scope="col">{w("campaign")}</th>
            <th scope="col" class="is-number">{w("contacts")}</th>
            <th scope="col">{w("state")}</th>
            <th scope="col">{w("template")}</th>
            <th scope="col">{w("account")}</th>
            <th scope="col">{w("department")}</th>
            <th scope="col">{w("created")}</th>
            <th scope="col">{w("sent_on")}</th>
            <th scope="col">{w("ended")}</th>
            <th scope="col" class="is-number">{w("messages_sent")}</th>
            <th scope="col"><span class="unseen">{w("actions")}</span></th>
          </tr>
        </thead>
        <tbody>
          {rows.map((campaign) => (
            <tr key={campaign.id}>
              <th scope="row">
                <Name campaign={campaign} />
              </th>
              <td class="is-number">{number(campaign.contacts)}</td>
              <td>
                <StateChip campaign={campaign} />
              </td>
              <td class="is-template"><Breakable text={campaign.template} /></td>
              <td>
                <Account campaign={campaign} />
              </td>
              <td>{departmentOf(campaign.department) || <Nothing means={w("no_department")} />}</td>
              <td><When at={campaign.created_at} /></td>
              <td><When at={campaign.sent_at} /></td>
              <td><When at={campaign.ended_at} estimated={campaign.ends_estimated} /></td>
              <td class="is-number">{campaign.sent_at ? number(campaign.sent) : <span class="faint">–</span>}</td>
              <td class="is-acts">
                <ActionMenu campaign={campaign} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Card({ campaign }: { campaign: Summary }): JSX.Element {
  return (
    <li class="campaign-card">
      <header>
        <Name campaign={campaign} />
        <StateChip campaign={campaign} />
      </header>
      <dl>
        <Fact name={w("contacts")}>{number(campaign.contacts)}</Fact>
        <Fact name={w("messages_sent")}>{campaign.sent_at ? number(campaign.sent) : "–"}</Fact>
        <Fact name={w("template")}>{campaign.template}</Fact>
        <Fact name={w("account")}>
          <Account campaign={campaign} />
        </Fact>
        <Fact name={w("department")}>{departmentOf(campaign.department) || w("no_department")}</Fact>
        <Fact name={w("created")}>{moment(campaign.created_at)}</Fact>
        {campaign.sent_at && <Fact name={w("sent_on")}>{moment(campaign.sent_at)}</Fact>}
        {campaign.ended_at && <Fact name={w(campaign.ends_estimated ? "ends_about" : "ended")}>{moment(campaign.ended_at)}</Fact>}
      </dl>
      <ActionMenu campaign={campaign} />
    </li>
  );
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Name({ campaign }: { campaign: Summary }): JSX.Element {
  return (
    <span class="campaign-name">
      <a
        href={addressOf("campaigns", { campaign: campaign.id })}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          showResults(campaign.id);
        }}
      >
        <span class="clamped" title={campaign.name}>{campaign.name}</span>
      </a>
      <span class="campaign-id">
        {campaign.id}
        {campaign.archived && ` · ${w("archived")}`}
        {campaign.dialog && <Tip icon="bot" label={w("bot")} text={w("bot_is", { name: dialogOf(campaign.dialog) })} />}
      </span>
    </span>
  );
}

function Nothing({ means }: { means: string }): JSX.Element {
  return (
    <span class="faint">
      <span aria-hidden="true">–</span>
      <span class="unseen">{means}</span>
    </span>
  );
}

/** A name of many words that may be broken between them. */
function Breakable({ text }: { text: string }): JSX.Element {
  return (
    <>
      {text.split(/(?<=_)/).map((part, at) => (
        <>
          {at > 0 && <wbr />}
          {part}
        </>
      ))}
    </>
  );
}

function Account({ campaign }: { campaign: Summary }): JSX.Element {
  const { title, kind } = channelOf(campaign.channel);
  return (
    <span class="account">
      {kind && <Icon name={kind} size={16} />}
      <span>
        {title}
        {kind && <small>{w(`kind_${kind}`)}</small>}
      </span>
      {campaign.number && <Tip icon="info" label={w("number_of", { account: title })} text={phoneText(campaign.number)} />}
    </span>
  );
}

function When({ at, estimated }: { at: string | null; estimated?: boolean }): JSX.Element {
  if (!at) return <span class="faint">–</span>;
  return (
    <time class="when" dateTime={at} title={estimated ? w("estimated") : undefined}>
      {estimated && <abbr title={w("estimated")}>≈ </abbr>}
      {date(at)}
      <small>{time(at)}</small>
    </time>
  );
}

function Waiting(): JSX.Element {
  return (
    <div class="ghosts" aria-hidden="true">
      {[0, 1, 2, 3].map((at) => (
        <i key={at} />
      ))}
    </div>
  );
}

function NothingFound(): JSX.Element {
  return (
    <div class="nothing">
      <Icon name="search" size={34} />
      <h2>{w("none_found")}</h2>
      <Button onClick={filterNothing}>{w("clear_filters")}</Button>
    </div>
  );
}

/** What a campaign is, to whoever has none yet. */
function Empty(): JSX.Element {
  return (
    <div class="nothing nothing--campaigns">
      <Icon name="campaign" size={40} />
      <h2>{w("empty_title")}</h2>
      <p>{w("empty_text")}</p>
      <ol class="lesson">
        {([["document", "lesson_template"], ["list", "lesson_list"], ["send", "lesson_send"]] as const).map(([icon, key]) => (
          <li key={key}>
            <Icon name={icon} size={22} />
            <span>{w(key)}</span>
          </li>
        ))}
      </ol>
      {mayAct() ? <NewButton /> : <p>{w("ask_administrator")}</p>}
    </div>
  );
}
