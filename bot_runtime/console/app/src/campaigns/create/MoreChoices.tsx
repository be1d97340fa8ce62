import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { Field } from "../../parts/Field";
import { choices } from "../desk";
import { w, word } from "../words";
import { change, draft, lateWrong } from "./draft";
import { OwnText } from "./OwnText";
import { type LateDraft, ORDINARY_BUSY } from "./policies";
import { Trouble } from "./Trouble";

/** What becomes of late answers and of busy contacts: nobody has to look. `tried`: what is wrong is said. */
export function MoreChoices({ tried }: { tried: boolean }): JSX.Element {
  const { expectsAnswer, late, busy } = draft.value;
  const special = busy !== ORDINARY_BUSY || (expectsAnswer === true && late.policy !== "reopen") || tried;
  return (
    <details class="declared" open={special}>
      <summary>{w(expectsAnswer ? "more_choices" : "more_choices_informative")}</summary>
      <div class="declared-fields">
        {expectsAnswer && (
          <>
            <Policies
              name="late"
              legend={w("late_legend")}
              offered={choices.value?.late ?? []}
              chosen={late.policy}
              onChoose={(policy) => change({ late: { ...late, policy: policy as LateDraft["policy"] } })}
            />
            {late.policy !== "new" && <LateDetails late={late} tried={tried} />}
          </>
        )}
        <Policies name="busy" legend={w("busy_legend")} offered={choices.value?.busy ?? []} chosen={busy} onChoose={(policy) => change({ busy: policy })} />
      </div>
    </details>
  );
}

interface PoliciesProps {
  name: "late" | "busy";
  legend: string;
  offered: { name: string; title: string }[];
  chosen: string;
  onChoose: (policy: string) => void;
}

function Policies({ name, legend, offered, chosen, onChoose }: PoliciesProps): JSX.Element {
  return (
    <fieldset>
      <legend>{legend}</legend>
      <div class="choice-cards">
        {offered.map(({ name: policy, title }) => (
          <label key={policy} class="card">
            <span class="card-text">
              <b>{title}</b>
              <small>{word(`${name}_hint`, policy)}</small>
            </span>
            <input type="radio" name={name} checked={chosen === policy} onChange={() => onChoose(policy)} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** How long an answer counts as late, and the one text it gets. */
function LateDetails({ late, tried }: { late: LateDraft; tried: boolean }): JSX.Element {
  const id = useId();
  const wrong = tried ? lateWrong.value : {};
  const set = (part: Partial<LateDraft>): void => change({ late: { ...late, ...part } });
  return (
    <>
      {late.policy === "say" && <OwnText label={w("late_text")} text={late.say} wrong={wrong.say} onChange={(say) => set({ say })} />}
      <div>
        <Field label={w("late_within")} hint={w("late_within_hint")}>
          {(ids) => (
            <input
              {...ids}
              class="short"
              inputMode="numeric"
              maxLength={2}
              value={late.hours}
              aria-invalid={wrong.hours ? "true" : undefined}
              aria-describedby={`${ids["aria-describedby"]} ${id}-hours`}
              onInput={(event) => set({ hours: event.currentTarget.value })}
            />
          )}
        </Field>
        <Trouble say={wrong.hours?.key} facts={wrong.hours?.facts} id={`${id}-hours`} />
      </div>
    </>
  );
}
