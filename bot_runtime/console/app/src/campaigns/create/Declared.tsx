import type { JSX } from "preact";
import { Button, IconButton } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { choices } from "../desk";
import { w } from "../words";
import { change, draft } from "./draft";
import type { Expected } from "./fields";
import { type StepProps, Trouble } from "./Trouble";

/** What the campaign is for, what it is to find out and what it needs (F022): all of it may stay empty. */
export function Declared({ wrong }: StepProps): JSX.Element {
  const { goal, expects, customData } = draft.value;
  const goals = choices.value?.goals ?? [];
  const set = (at: number, part: Partial<Expected>): void =>
    change({ expects: expects.map((one, number) => (number === at ? { ...one, ...part } : one)) });
  return (
    <details class="declared" open={Boolean(goal || expects.length || customData)}>
      <summary>{w("declared")}</summary>
      <div class="declared-fields">
        <Field label={w("goal")}>
          {(ids) => (
            <select {...ids} value={goal} onChange={(event) => change({ goal: event.currentTarget.value })}>
              <option value="">{w("no_goal")}</option>
              {goals.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          )}
        </Field>
        <fieldset>
          <legend>{w("expected_data")}</legend>
          {expects.map((one, at) => (
            <ExpectedRow key={at} one={one} set={(part) => set(at, part)} drop={() => change({ expects: expects.filter((_, other) => other !== at) })} />
          ))}
          <Button icon="plus" onClick={() => change({ expects: [...expects, { name: "", kind: "rating" }] })}>
            {w("add_expected")}
          </Button>
          <Trouble say={wrong.expects} id="trouble-expects-data" />
        </fieldset>
        <Field label={w("custom_data")} hint={w("custom_data_hint")}>
          {(ids) => <input {...ids} autocomplete="off" value={customData} onInput={(event) => change({ customData: event.currentTarget.value })} />}
        </Field>
      </div>
    </details>
  );
}

/** One datum: its name as the dialog saves it, its type, and a question that finds it out (F283). */
function ExpectedRow({ one, set, drop }: { one: Expected; set: (part: Partial<Expected>) => void; drop: () => void }): JSX.Element {
  const types = choices.value?.expected_types ?? [];
  const proposal = types.find(({ name }) => name === one.kind)?.proposal ?? "";
  return (
    <div class="expected">
      <div class="field expected-row">
        <input
          aria-label={w("expected_name")}
          placeholder={w("expected_name")}
          autocomplete="off"
          value={one.name}
          onInput={(event) => set({ name: event.currentTarget.value })}
        />
        <select aria-label={w("expected_type")} value={one.kind} onChange={(event) => set({ kind: event.currentTarget.value })}>
          {types.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
        <IconButton icon="trash" label={w("drop_expected", { name: one.name || "–" })} onClick={drop} />
      </div>
      {proposal && <p class="field-hint">{w("asked_as", { question: proposal })}</p>}
    </div>
  );
}
