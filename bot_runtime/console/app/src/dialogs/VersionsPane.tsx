import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../parts/Button";
import { Modal } from "../parts/Modal";
import { notify } from "../parts/Notices";
import { api, type Dialog, type Differences, files, type Version } from "./api";
import { Changes } from "./Changes";
import { forget, readDialog, versions } from "./desk";
import { PublishModal } from "./PublishModal";
import { moment, number, percent, w, type WordKey, who } from "./words";

/** Who published what, when and why; who is in which version; comparing, going back, and the trial under way. */
export function VersionsPane({ dialog, edits }: { dialog: Dialog; edits: boolean }): JSX.Element {
  const compared = useSignal<{ older: number; newer: number; found: Differences } | null>(null);
  const back = useSignal<Version | null>(null);
  const rows = versions.value;
  const compare = (older: number, newer: number): void => {
    api.diff(dialog.name, older, newer).then(
      (found) => (compared.value = { older, newer, found }),
      (error: Error) => notify("error", error.message),
    );
  };
  if (!rows.length) return <p class="faint">{w("unpublished")}</p>;
  return (
    <>
      {dialog.trial && <TrialBox dialog={dialog} edits={edits} />}
      <ol class="versions">
        {rows.map((one) => (
          <li key={one.number} class={`version version--${one.state}`}>
            <header>
              <b>
                {w("number")} {one.number}
              </b>
              <span class={`mark mark--${one.state}`}>
                {one.why ? w(`why_${one.why}`) : one.state === "trial" ? `${w("state_trial")} ${percent(one.share)}` : w(`state_${one.state}` as WordKey)}
              </span>
              <span class="faint">
                {moment(one.at)} {w("by", { who: who(one.by) })}
              </span>
            </header>
            {(one.note || one.again > 0) && <p>{[one.again ? w("again", { number: one.again }) : "", one.note].filter(Boolean).join(" · ")}</p>}
            {one.people > 0 && (
              <ul class="where" aria-label={w("who_is_where")}>
                {Object.entries(one.states).map(([state, people]) => (
                  <li key={state}>
                    <code>{state}</code> {number(people)}
                  </li>
                ))}
              </ul>
            )}
            <footer>
              {one.number > 1 && (
                <Button look="quiet" aria-label={`${w("compare")}: ${one.number - 1} → ${one.number}`} onClick={() => compare(one.number - 1, one.number)}>
                  {w("compare")}
                </Button>
              )}
              {edits && one.state !== "live" && one.state !== "trial" && (
                <Button look="quiet" icon="restore" aria-label={w("roll_back_title", { number: one.number })} onClick={() => (back.value = one)}>
                  {w("roll_back")}
                </Button>
              )}
              <a href={files.version(dialog.name, one.number)} download={`${dialog.name}.yaml`}>
                {w("download")}
              </a>
            </footer>
          </li>
        ))}
      </ol>
      {compared.value && (
        <Modal title={w("compare_title", { older: compared.value.older, newer: compared.value.newer })} onClose={() => (compared.value = null)}>
          <Changes found={compared.value.found} />
        </Modal>
      )}
      {back.value && <PublishModal dialog={dialog} again={back.value} onClose={() => (back.value = null)} />}
    </>
  );
}

/** How the trial goes beside the version before, and what to do with it. */
function TrialBox({ dialog, edits }: { dialog: Dialog; edits: boolean }): JSX.Element | null {
  const { trial } = dialog;
  if (!trial) return null;
  const sum = (prefix: string): number => Object.entries(trial.counts).reduce((all, [name, n]) => all + (name.startsWith(prefix) ? n : 0), 0);
  const end = (how: "promote" | "withdraw"): void => {
    api[how](dialog.name).then(
      ({ number: of }) => {
        notify("done", w(how === "promote" ? "promoted" : "withdrawn", { number: of }));
        forget();
        void readDialog();
      },
      (error: Error) => notify("error", error.message),
    );
  };
  return (
    <section class="trial" aria-label={w("on_trial", { number: trial.number, share: percent(trial.share) })}>
      <h2>{w("since_trial")}</h2>
      <dl>
        {([["old", dialog.live], ["new", trial.number]] as const).map(([arm, of]) => (
          <div key={arm}>
            <dt>
              {w("number")} {of}
            </dt>
            <dd>{w("begun_line", { begun: sum(`${arm}:begun`), failed: sum(`${arm}:failed`) })}</dd>
            <dd>{w("answers_line", { answers: sum(`${arm}:answers:`), unfit: sum(`${arm}:unfit:`) })}</dd>
          </div>
        ))}
      </dl>
      {edits && (
        <div class="form-actions">
          <Button onClick={() => end("withdraw")}>{w("withdraw")}</Button>
          <Button look="primary" onClick={() => end("promote")}>
            {w("promote")}
          </Button>
        </div>
      )}
    </section>
  );
}
