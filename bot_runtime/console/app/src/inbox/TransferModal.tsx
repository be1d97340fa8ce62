import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { me } from "../login/session";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { t } from "../parts/i18n";
import { Modal } from "../parts/Modal";
import { notify } from "../parts/Notices";
import { addressOf, go } from "../shell/routes";
import { attempt } from "./acts";
import type { Colleague } from "./api";
import { colleagues, departmentTitle, readColleagues } from "./desk";
import { rows } from "./lists";
import { forgetTalk } from "./talks";

/** To a department's queue, or straight to a colleague; one who is not there only after a warning. */
export function TransferModal({ id, onClose }: { id: string; onClose: () => void }): JSX.Element {
  const row = rows.value.get(id);
  const department = useSignal("");
  const to = useSignal("");
  const note = useSignal("");
  useEffect(() => void readColleagues(), []);
  const others = colleagues.value.filter(({ name }) => name !== row?.owner).sort(byPresence);
  const chosen = others.find(({ name }) => name === to.value);
  const departments = (me.value?.departments ?? []).filter(({ name }) => name !== row?.department || row.state !== "queued");

  const submit = async (): Promise<void> => {
    const where = chosen ? departmentFor(chosen, row?.department ?? "") : department.value;
    const said = note.value.trim();
    const done = await attempt(id, { act: "transfer", department: where, ...(chosen && { to: chosen.name }), ...(said && { note: said }) });
    if (!done) return;
    notify("done", t("was_transferred", { to: chosen ? chosen.display || chosen.name : departmentTitle(where) }));
    onClose();
    if (me.value?.user.role === "administrator" || me.value?.departments.find(({ name }) => name === where)?.mine) return;
    go(addressOf("inbox"));
    forgetTalk(id);
  };
  const pick = (nextDepartment: string, nextAgent: string): void => {
    department.value = nextDepartment;
    to.value = nextAgent;
  };

  return (
    <Modal title={t("transfer")} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div class="transfer-choices">
          <fieldset>
            <legend>{t("to_department")}</legend>
            {departments.map(({ name, title }, place) => (
              <label key={name} class="card">
                <input autofocus={place === 0} type="radio" name="to" required checked={department.value === name} onChange={() => pick(name, "")} />
                <Icon name="department" size={18} />
                <span class="card-text">{title}</span>
              </label>
            ))}
          </fieldset>
          {others.length > 0 && (
            <fieldset>
              <legend>{t("to_colleague")}</legend>
              {others.map((colleague) => (
                <label key={colleague.name} class="card">
                  <input type="radio" name="to" required checked={to.value === colleague.name} onChange={() => pick("", colleague.name)} />
                  <span class={`presence presence--${colleague.presence}`} aria-hidden="true" />
                  <span class="card-text">
                    {colleague.display || colleague.name}
                    <small>{t(`presence_${colleague.presence}`)}</small>
                  </span>
                </label>
              ))}
            </fieldset>
          )}
        </div>
        {chosen && chosen.presence !== "connected" && (
          <p class="form-warning" role="alert">
            <Icon name="warning" size={17} />
            {t("colleague_not_there", { name: chosen.display || chosen.name })}
          </p>
        )}
        <Field label={t("transfer_note")} hint={t("transfer_note_hint")}>
          {(ids) => <textarea {...ids} rows={2} maxLength={1000} value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} />}
        </Field>
        <div class="form-actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" look="primary" icon="transfer" disabled={!department.value && !to.value}>
            {t("transfer")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

const THERE = ["connected", "away", "disconnected"];

/** Who is there first. */
function byPresence(a: Colleague, b: Colleague): number {
  return THERE.indexOf(a.presence) - THERE.indexOf(b.presence) || a.display.localeCompare(b.display, undefined, { numeric: true });
}

/** The ticket's own department where the colleague works in it, else one of theirs. */
function departmentFor({ departments }: Colleague, now: string): string {
  return departments.includes(now) ? now : (departments[0] ?? (now || (me.value?.departments[0]?.name ?? "")));
}
