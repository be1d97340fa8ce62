import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { Button } from "../parts/Button";
import { t } from "../parts/i18n";
import { notify } from "../parts/Notices";
import { Panel } from "../parts/Panel";
import { attempt } from "./acts";
import type { Datum, Row, Ticket } from "./api";
import { unsavedOf } from "./drafts";
import { mayEdit } from "./ticket";

/** What the ticket carries beside the conversation, to be changed by whoever has it. Only what was changed is sent. */
export function DataPanel({ row, ticket }: { row: Row; ticket: Ticket | null }): JSX.Element | null {
  const written = unsavedOf(row.id);
  const saving = useSignal(false);
  const data = ticket?.metadata ?? [];
  const known = data.filter(({ value, fixed }) => value !== null || (mayEdit(row) && !fixed));
  if (known.length === 0) return null;
  const changed = data.filter(({ id, value }) => id in written.value && written.value[id] !== value);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    saving.value = true;
    const values = Object.fromEntries(changed.map(({ id }) => [id, written.value[id] ?? null]));
    const done = await attempt(row.id, { act: "data", values });
    saving.value = false;
    if (!done) return;
    written.value = {};
    notify("done", t("data_saved"));
  };
  return (
    <Panel title={t("data")}>
      <form class="data" onSubmit={(event) => void save(event)}>
        {known.map((datum) => (
          <Control
            key={datum.id}
            datum={datum}
            value={datum.id in written.value ? (written.value[datum.id] ?? null) : datum.value}
            onChange={mayEdit(row) && !datum.fixed ? (value) => (written.value = { ...written.value, [datum.id]: value }) : undefined}
          />
        ))}
        {changed.length > 0 && (
          <div class="data-save">
            <Button look="quiet" onClick={() => (written.value = {})}>
              {t("discard")}
            </Button>
            <Button look="primary" type="submit" disabled={saving.value}>
              {t("save")}
            </Button>
          </div>
        )}
      </form>
    </Panel>
  );
}

interface ControlProps {
  datum: Datum;
  value: Datum["value"];
  /** Left out: it can only be read. */
  onChange?: ((value: Datum["value"]) => void) | undefined;
}

function Control({ datum: { name, type, longest }, value, onChange }: ControlProps): JSX.Element {
  const id = useId();
  const text = typeof value === "string" ? value : "";
  const write = (event: { currentTarget: { value: string } }): void => onChange?.(event.currentTarget.value.trim() ? event.currentTarget.value : null);
  return (
    <div class="datum">
      {onChange ? <label for={id}>{name}</label> : <span class="datum-name">{name}</span>}
      {!onChange ? (
        <p dir="auto">{typeof value === "boolean" ? t(value ? "yes" : "no") : text}</p>
      ) : type === "yes_no" ? (
        <select
          id={id}
          value={value === null ? "" : String(value)}
          onChange={(event) => onChange(event.currentTarget.value ? event.currentTarget.value === "true" : null)}
        >
          <option value="">—</option>
          <option value="true">{t("yes")}</option>
          <option value="false">{t("no")}</option>
        </select>
      ) : type === "paragraph" ? (
        <textarea id={id} rows={3} dir="auto" maxLength={longest} value={text} onInput={write} />
      ) : (
        <input id={id} type="text" dir="auto" autoComplete="off" maxLength={longest} value={text} onInput={write} />
      )}
    </div>
  );
}
