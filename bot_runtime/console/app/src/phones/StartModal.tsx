import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { t } from "../parts/i18n";
import { Modal } from "../parts/Modal";
import type { DialogInfo, Need, Phone, Value } from "./api";
import { channelOf, start, world } from "./desk";

/** Starts a dialog with a contact, as a campaign would: its template goes out, filled with what it needs. */
export function StartModal({ phone, onClose }: { phone: Phone; onClose: () => void }): JSX.Element {
  const dialogs = [...(world.value?.dialogs ?? [])].sort((a, b) => Number(Boolean(b.template)) - Number(Boolean(a.template)));
  const chosen = useSignal(dialogs[0]?.name ?? "");
  const busy = useSignal(false);
  const dialog = dialogs.find(({ name }) => name === chosen.value);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!dialog) return;
    const form = new FormData(event.currentTarget as HTMLFormElement);
    busy.value = true;
    const done = await start(phone.id, dialog.name, given(dialog, form));
    busy.value = false;
    if (done) onClose();
  };
  return (
    <Modal title={t("start_with", { name: phone.name })} onClose={onClose}>
      {dialog ? (
        <form class="form" onSubmit={(event) => void submit(event)}>
          <Field label={t("dialog")} hint={hintOf(dialog)}>
            {(ids) => (
              <select {...ids} value={chosen.value} onChange={(event) => (chosen.value = event.currentTarget.value)}>
                {dialogs.map(({ name, title }) => (
                  <option key={name} value={name}>
                    {title || name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {dialog.needs.length > 0 && (
            <fieldset key={dialog.name}>
              <legend>{t("needs")}</legend>
              {dialog.needs.map((need) => (
                <NeedField key={need.name} need={need} contact={phone.name} />
              ))}
            </fieldset>
          )}
          <div class="form-actions">
            <Button onClick={onClose}>{t("cancel")}</Button>
            <Button look="primary" icon="start" type="submit" disabled={busy.value}>
              {t(dialog.template ? "send_template" : "start_dialog")}
            </Button>
          </div>
        </form>
      ) : (
        <p>{t("no_dialogs")}</p>
      )}
    </Modal>
  );

  function hintOf({ template }: DialogInfo): string {
    return template ? t("goes_by_template", { template }) : t("goes_without_template", { channel: channelOf(phone).title });
  }
}

function NeedField({ need, contact }: { need: Need; contact: string }): JSX.Element {
  const example = need.example ?? (/^(nombre|name)$/.test(need.name) ? contact : "");
  return (
    <Field label={need.name}>
      {(ids) =>
        need.kind === "yes_no" ? (
          <select {...ids} name={need.name}>
            <option value="true">{t("yes")}</option>
            <option value="false" selected={example === false}>
              {t("no")}
            </option>
          </select>
        ) : need.kind === "number" ? (
          <input {...ids} name={need.name} type="number" step="any" required defaultValue={String(example)} />
        ) : (
          <input {...ids} name={need.name} required autoComplete="off" defaultValue={String(example)} />
        )
      }
    </Field>
  );
}

function given(dialog: DialogInfo, form: FormData): Record<string, Value> {
  const read = ({ name, kind }: Need): Value => {
    const written = String(form.get(name) ?? "");
    if (kind === "number") return Number(written);
    return kind === "yes_no" ? written === "true" : written;
  };
  return Object.fromEntries(dialog.needs.map((need) => [need.name, read(need)]));
}
