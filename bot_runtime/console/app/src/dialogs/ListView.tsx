import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { IconButton } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { addressOf } from "../shell/routes";
import type { Dialog } from "./api";
import { listed, readList, show, trouble } from "./desk";
import { moment, percent, w, who, wn } from "./words";

/** Every dialog: what is live, since when and by whom, and how many people are inside. */
export function ListView(): JSX.Element {
  useEffect(() => void readList(), []);
  const rows = listed.value;
  return (
    <>
      <header class="dialogs-head">
        <h1>{w("dialogs")}</h1>
        <IconButton icon="reload" label={w("reload")} onClick={() => void readList()} />
      </header>
      {rows === null ? (
        !trouble.value && <div class="nothing" aria-busy="true" />
      ) : rows.length ? (
        <ul class="dialog-cards">
          {rows.map((dialog) => (
            <Card key={dialog.name} dialog={dialog} />
          ))}
        </ul>
      ) : (
        <div class="nothing">
          <Icon name="bot" size={40} />
          <h2>{w("no_dialogs")}</h2>
        </div>
      )}
    </>
  );
}

function Card({ dialog }: { dialog: Dialog }): JSX.Element {
  const { name, title, at, by, note } = dialog;
  return (
    <li class="dialog-card">
      <a
        href={addressOf("dialogs", { dialog: name })}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          show(name);
        }}
      >
        {title}
      </a>
      <small class="dialog-name">{name}</small>
      <Marks dialog={dialog} />
      {at && (
        <p class="dialog-last">
          {w("last_publish")} {moment(at)} {w("by", { who: who(by) })}
          {note && <q>{note}</q>}
        </p>
      )}
    </li>
  );
}

/** How a dialog stands, in a few words. */
export function Marks({ dialog }: { dialog: Dialog }): JSX.Element {
  const { live, people, draft, trial, moving } = dialog;
  return (
    <ul class="dialog-marks">
      <li class={live ? "mark mark--live" : "mark"}>{live ? w("live", { number: live }) : w("never")}</li>
      {trial && <li class="mark mark--trial">{w("on_trial", { number: trial.number, share: percent(trial.share) })}</li>}
      <li class="mark">{wn("inside", people)}</li>
      {moving && (
        <li class="mark mark--trial" role="status">
          {w(moving.people ? "moving" : "moving_soon", { number: moving.number, done: moving.done, people: moving.people })}
        </li>
      )}
      {draft && live > 0 && <li class="mark mark--draft">{w("draft_differs")}</li>}
    </ul>
  );
}
