import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { t } from "../parts/i18n";
import { Modal } from "../parts/Modal";
import { notify } from "../parts/Notices";
import { api, type Check, type Dialog, type People } from "./api";
import { Changes } from "./Changes";
import { check, forget, readDialog, source } from "./desk";
import { percent, w, wn } from "./words";

const SHARES = [1, 0.05, 0.1, 0.25, 0.5];
const STAY = "";

/** Publish what was written: why, for whom, and what becomes of the people inside. An error leaves what is live. */
export function PublishModal({ dialog, onClose }: { dialog: Dialog; onClose: () => void }): JSX.Element {
  const note = useSignal("");
  const share = useSignal(1);
  const people = useSignal<People["people"]>("keep");
  const goes = useSignal<Record<string, string>>({});
  const text = useSignal("");
  const wrong = useSignal("");
  const busy = useSignal(false);
  const found = check.value;
  const publish = async (): Promise<void> => {
    busy.value = true;
    wrong.value = "";
    const states = Object.fromEntries(Object.entries(goes.value).filter(([, to]) => to !== STAY));
    const stay = (found?.vanishing ?? []).map(({ state }) => state).filter((state) => !states[state]);
    const chosen = people.value === "migrate" ? { people: people.value, states, stay } : people.value === "restart" ? { people: people.value, text: text.value } : { people: people.value };
    try {
      const done = await api.publish(dialog.name, { source: source.peek(), note: note.value, share: share.value, ...chosen });
      notify("done", w(share.value < 1 ? "tried" : "published", { number: done.number }));
      onClose();
      await readDialog();
      if (share.value === 1) forget();
    } catch (error) {
      wrong.value = (error as Error).message;
    } finally {
      busy.value = false;
    }
  };
  return (
    <Modal title={w("publish_title", { title: dialog.title })} onClose={onClose}>
      <form
        class="form publish"
        onSubmit={(event) => {
          event.preventDefault();
          void publish();
        }}
      >
        {found?.differences && (
          <details class="publish-changes" open>
            <summary>{w("changes")}</summary>
            <Changes found={found.differences} />
          </details>
        )}
        <Field label={w("note")} hint={w("note_hint")}>
          {(ids) => <input {...ids} maxLength={500} value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} />}
        </Field>
        {dialog.live > 0 && (
          <Field label={w("share")} hint={share.value < 1 ? w("share_hint") : undefined}>
            {(ids) => (
              <select
                {...ids}
                value={String(share.value)}
                onChange={(event) => {
                  share.value = Number(event.currentTarget.value);
                  if (share.value < 1) people.value = "keep";
                }}
              >
                {SHARES.map((part) => (
                  <option key={part} value={String(part)}>
                    {part === 1 ? w("everybody") : w("share_of", { share: percent(part) })}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        {share.value === 1 && dialog.people > 0 && (
          <Inside people={people.value} inside={dialog.people} onChoose={(next) => (people.value = next)} />
        )}
        {people.value === "migrate" && found && <Map found={found} goes={goes.value} onChoose={(next) => (goes.value = next)} />}
        {people.value === "restart" && (
          <Field label={w("restart_text")}>
            {(ids) => <textarea {...ids} required rows={2} maxLength={1000} value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />}
          </Field>
        )}
        {wrong.value && (
          <p class="dialogs-trouble" role="alert">
            {wrong.value}
          </p>
        )}
        <div class="form-actions">
          <Button onClick={onClose}>{t("close")}</Button>
          <Button look="primary" type="submit" disabled={busy.value}>
            {w("publish")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

export function Inside({ people, inside, onChoose }: { people: People["people"]; inside: number; onChoose: (next: People["people"]) => void }): JSX.Element {
  return (
    <fieldset>
      <legend>
        {w("people_inside")} ({wn("inside", inside)})
      </legend>
      {(["keep", "migrate", "restart"] as const).map((choice) => (
        <label key={choice} class="card">
          <span class="card-text">
            <b>{w(`people_${choice}`)}</b>
            <small>{w(`people_${choice}_hint`)}</small>
          </span>
          <input type="radio" name="people" checked={people === choice} onChange={() => onChoose(choice)} />
        </label>
      ))}
    </fieldset>
  );
}

/** Where the people of each vanishing state go. */
function Map({ found, goes, onChoose }: { found: Check; goes: Record<string, string>; onChoose: (next: Record<string, string>) => void }): JSX.Element {
  if (!found.vanishing.length) return <p class="field-hint">{w("nowhere")}</p>;
  return (
    <>
      {found.vanishing.map(({ state, people, near }) => (
        <Field key={state} label={w("goes_to", { state, n: people })}>
          {(ids) => (
            <select {...ids} value={goes[state] ?? STAY} onChange={(event) => onChoose({ ...goes, [state]: event.currentTarget.value })}>
              <option value={STAY}>{w("stays")}</option>
              {[...found.states].sort((a, b) => Number(b === near) - Number(a === near)).map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      ))}
    </>
  );
}
