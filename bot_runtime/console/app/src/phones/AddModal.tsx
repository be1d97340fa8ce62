import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { t } from "../parts/i18n";
import { Modal } from "../parts/Modal";
import { phoneText } from "../parts/phone";
import { addPhone, phones, world } from "./desk";

const NAMES = ["Ana Torres", "Luis Rojas", "Sofía Vega", "Mateo Cruz", "Elena Díaz", "Tom Baker", "Nora Ibáñez", "Grace Hall"];

/** Puts one more phone on the desk: whose it is, and on which channel it talks. */
export function AddModal({ onClose }: { onClose: () => void }): JSX.Element {
  const channels = world.value?.channels ?? [];
  const taken = new Set(phones.value.map(({ name }) => name));
  const busy = useSignal(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const read = (name: string): string => String(form.get(name) ?? "").trim();
    busy.value = true;
    const done = await addPhone({ name: read("name"), channel: read("channel"), number: read("number") || undefined });
    busy.value = false;
    if (done) onClose();
  };
  return (
    <Modal title={t("add_phone")} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <Field label={t("contact_name")}>
          {(ids) => (
            <input {...ids} name="name" required maxLength={60} autoComplete="off" defaultValue={NAMES.find((name) => !taken.has(name)) ?? "Ana"} />
          )}
        </Field>
        <fieldset class="cards">
          <legend>{t("channel")}</legend>
          {channels.map(({ name, kind, title, number }, at) => (
            <label key={name} class="card">
              <input type="radio" name="channel" value={name} defaultChecked={at === 0} />
              <span class={`card-mark card-mark--${kind}`}>
                <Icon name={kind === "sms" ? "list" : "phone"} size={18} />
              </span>
              <span class="card-text">
                <b>{title}</b>
                <small>
                  {kind === "sms" ? "SMS" : "WhatsApp"} · {phoneText(number)}
                </small>
              </span>
            </label>
          ))}
        </fieldset>
        <Field label={t("contact_number")} hint={t("contact_number_hint")}>
          {(ids) => <input {...ids} name="number" type="tel" inputMode="tel" autoComplete="off" maxLength={20} placeholder="+52 55 1234 5678" />}
        </Field>
        <div class="form-actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="primary" icon="plus" type="submit" disabled={busy.value || channels.length === 0}>
            {t("add")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
