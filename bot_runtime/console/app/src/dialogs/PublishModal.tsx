import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../parts/Button";
import { Field } from "../parts/Field";
import { t } from "../parts/i18n";
import { Modal } from "../parts/Modal";
import { notify } from "../parts/Notices";
import { api, type Check, type Dialog, type People, type Version } from "./api";
import { Changes } from "./Changes";
import { check, forget, readDialog, source } from "./desk";
import { percent, w, wn } from "./words";

const SHARES = [1, 0.05, 0.1, 0.25, 0.5];
const STAY = "";

/**
 * Publish what was written, or an earlier version again: why, for whom, and what becomes of the people inside.
 * An error leaves what is live.
 */
export function PublishModal({ dialog, again, onClose }: { dialog: Dialog; again?: Version; onClose: () => void }): JSX.Element {
  const note = useSignal("");
  const share = useSignal(1);
  const people = useSignal<People["people"]>("keep");
  const goes = useSignal<Record<string, string>>({});
  const text = useSignal("");
  const wrong = useSignal("");
  const busy = useSignal(false);
  /** What the server said of what was written; an earlier version has nothing to map. */
  const found = again ? null : check.value;
  const chosen = (): People => {
    if (people.value === "restart") return { people: "restart", text: text.value };
    if (people.value === "keep" || again) return { people: people.value };
    const states = Object.fromEntries(Object.entries(goes.value).filter(([, to]) => to !== STAY));
    const stay = (found?.vanishing ?? []).map(({ state }) => state).filter((state) => !states[state]);
    return { people: "migrate", states, stay };
  };
  const publish = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    wrong.value = "";
    try {
      const done = again
        ? await api.rollBack(dialog.name, again.number, note.value, chosen())
        : await api.publish(dialog.name, { source: source.peek(), note: note.value, share: share.value, ...chosen() });
      notify("done", again ? w("rolled_back", { number: done.number, again: again.number }) : w(share.value < 1 ? "tried" : "published", { number: done.number }));
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
    <Modal title={again ? w("roll_back_title", { number: again.number }) : w("publish_title", { title: dialog.title })} onClose={onClose}>
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
        {!again && dialog.live > 0 && (
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
            {w(again ? "roll_back" : "publish")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function Inside({ people, inside, onChoose }: { people: People["people"]; inside: number; onChoose: (next: People["people"]) => void }): JSX.Element {
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
