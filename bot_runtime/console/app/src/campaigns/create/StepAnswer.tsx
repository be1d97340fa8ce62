import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { JSX } from "preact";
import { Icon } from "../../parts/Icon";
import { dialogOf } from "../desk";
import { w } from "../words";
import { Declared } from "./Declared";
import { change, draft, expectAnswer, visited } from "./draft";
import { MoreChoices } from "./MoreChoices";
import { Reminders } from "./Reminders";
import { Sure } from "./Sure";
import { TimeFields } from "./TimeFields";
import { type StepProps, Trouble } from "./Trouble";
import { LONGEST_WAIT_S, waitOf } from "./wait";

const OFTEN = [[0, 30], [1, 0], [4, 0], [24, 0]] as const;

/** Whether somebody is expected to answer, for how long, and how the silent are reminded. */
export function StepAnswer({ wrong }: StepProps): JSX.Element {
  const { expectsAnswer, hours, minutes, dialog } = draft.value;
  const choseBot = dialog !== "" && visited.value.has("bot");
  const note = useId();
  const asking = useSignal(false);
  const wait = waitOf(hours, minutes);
  return (
    <>
      <fieldset aria-describedby="trouble-expects">
        <legend>{w("expects_legend")}</legend>
        <div class="choice-cards">
          {([[false, "informative", "bell"], [true, "expects", "reply"]] as const).map(([value, key, icon]) => (
            <label key={key} class="card">
              <span class="card-mark card-mark--soft" aria-hidden="true">
                <Icon name={icon} />
              </span>
              <span class="card-text">
                <b>{w(key)}</b>
                <small>{w(`${key}_hint`)}</small>
              </span>
              <input
                type="radio"
                name="expects"
                checked={expectsAnswer === value}
                aria-invalid={wrong.expectsAnswer ? "true" : undefined}
                onChange={() => (!value && expectsAnswer && choseBot ? (asking.value = true) : expectAnswer(value))}
              />
            </label>
          ))}
        </div>
        <Trouble say={wrong.expectsAnswer} id="trouble-expects" />
        {asking.value && (
          <Sure title={w("no_bot_title")} button={w("no_bot_button")} onYes={() => expectAnswer(false)} onClose={() => (asking.value = false)}>
            <p>{w("no_bot_text", { bot: dialogOf(dialog) })}</p>
          </Sure>
        )}
      </fieldset>
      {expectsAnswer && (
        <>
          <fieldset class="wait">
            <legend>{w("wait")}</legend>
            <div class="wait-time">
              <TimeFields
                hours={hours}
                minutes={minutes}
                names={{ hours: w("wait_hours"), minutes: w("wait_minutes") }}
                describedBy={`${note} ${note}-trouble`}
                wrong={wrong.hours !== undefined}
                onChange={change}
              />
              <div class="often" role="group" aria-label={w("wait_often")}>
                {OFTEN.map(([h, m]) => (
                  <button
                    key={`${h}:${m}`}
                    type="button"
                    aria-pressed={wait === h * 3600 + m * 60}
                    onClick={() => change({ hours: String(h), minutes: String(m).padStart(2, "0") })}
                  >
                    {h ? `${h} h` : `${m} min`}
                  </button>
                ))}
              </div>
            </div>
            <p class="field-hint" id={note}>
              {w(wait === 0 ? "wait_zero" : wait === LONGEST_WAIT_S ? "wait_day" : "wait_hint")}
            </p>
            <Trouble say={wrong.hours} id={`${note}-trouble`} />
          </fieldset>
          <Reminders tried={wrong.remind !== undefined} />
        </>
      )}
      {expectsAnswer !== null && <MoreChoices tried={wrong.late !== undefined} />}
      <Declared wrong={wrong} />
    </>
  );
}
