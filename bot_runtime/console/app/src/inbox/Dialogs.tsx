import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { me } from "../login/session";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { t } from "../parts/i18n";
import { Modal } from "../parts/Modal";
import { notify } from "../parts/Notices";
import { act, attempt, refusal } from "./acts";
import { focusTalk } from "./focus";
import { rows } from "./lists";
import { ShortcutsModal } from "./keys";
import { talkOf } from "./talks";
import { ownerSeen } from "./ticket";
import { TransferModal } from "./TransferModal";
import { contactName } from "./words";

/** Which dialog is open. */
export type Asking = "" | "close" | "transfer" | "give-back" | "take-over" | "shortcuts";

export function Dialogs({ asking, id }: { asking: Signal<Asking>; id: string }): JSX.Element | null {
  const close = (): void => {
    asking.value = "";
  };
  useEffect(close, [id]); // what was asked was about another ticket
  if (asking.value === "shortcuts") return <ShortcutsModal onClose={close} />;
  if (!id) return null;
  switch (asking.value) {
    case "close":
      return <CloseModal id={id} onClose={close} />;
    case "transfer":
      return <TransferModal id={id} onClose={close} />;
    case "give-back":
      return <GiveBackModal id={id} onClose={close} />;
    case "take-over":
      return <TakeOverModal id={id} onClose={close} />;
    default:
      return null;
  }
}

interface AboutTicket {
  id: string;
  onClose: () => void;
}

/** A ticket is never closed without a reason. */
function CloseModal({ id, onClose }: AboutTicket): JSX.Element {
  const reason = useSignal("");
  const reasons = me.value?.close_reasons ?? [];
  return (
    <Modal title={t("close_with_reason")} onClose={onClose}>
      <form
        class="form"
        onSubmit={async (event) => {
          event.preventDefault();
          if (reason.value && (await attempt(id, { act: "close", reason: reason.value }))) {
            notify("done", t("was_closed"));
            onClose();
            focusTalk();
          }
        }}
      >
        <fieldset class="reasons">
          <legend>{t("close_reason")}</legend>
          {reasons.map(({ name, title }, place) => (
            <label key={name} class="card">
              <input autofocus={place === 0} type="radio" name="reason" value={name} required checked={reason.value === name} onChange={() => (reason.value = name)} />
              <span class="card-text">{title}</span>
            </label>
          ))}
          {reasons.length === 0 && <p class="form-note">{t("no_reasons")}</p>}
        </fieldset>
        <div class="form-actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" look="primary" icon="check" disabled={!reason.value}>
            {t("close_ticket")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function GiveBackModal({ id, onClose }: AboutTicket): JSX.Element {
  const state = useSignal("");
  const ticket = talkOf(id).ticket.value;
  return (
    <Modal title={t("give_back")} onClose={onClose}>
      <form
        class="form"
        onSubmit={async (event) => {
          event.preventDefault();
          const where = state.value ? { state: state.value } : {};
          if (await attempt(id, { act: "give-back", ...where })) {
            notify("done", t("was_given_back"));
            onClose();
            focusTalk();
          }
        }}
      >
        <Field label={t("go_on_at")} hint={t("give_back_hint")}>
          {(ids) => (
            <select {...ids} autofocus value={state.value} onChange={(event) => (state.value = event.currentTarget.value)}>
              <option value="">{t("where_it_stopped")}</option>
              {ticket?.states.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <div class="form-actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" look="primary" icon="give">
            {t("give_back")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** Names the owner it was asked about; should that change meanwhile, it asks again. */
function TakeOverModal({ id, onClose }: AboutTicket): JSX.Element {
  const row = rows.value.get(id);
  const { owner, name } = ownerSeen.value;
  const changed = useSignal(false);
  const confirm = async (): Promise<void> => {
    const refused = await act(id, { act: "take", from_owner: owner });
    if (refused?.code === "owner_changed") {
      changed.value = true;
      ownerSeen.value = { ticket: id, owner: refused.facts.owner ?? "", name: refused.facts.owner_name || refused.facts.owner || "" };
      return;
    }
    if (refused) notify("error", refusal(refused));
    onClose();
    focusTalk();
  };
  return (
    <Modal title={t("already_taken")} onClose={onClose}>
      <div class="form">
        <p role="alert">
          {t(changed.value ? "taken_by_another_now" : "taken_by", { owner: name, contact: row ? contactName(row) : "" })}
        </p>
        <p class="form-note">{t("take_over_more", { owner: name })}</p>
        <div class="form-actions">
          <Button autofocus onClick={onClose}>{t("leave_it")}</Button>
          <Button look="primary" icon="hand" onClick={() => void confirm()}>
            {t("take_over")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
