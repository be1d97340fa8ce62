import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { JSX } from "preact";
import { Field } from "../../parts/Field";
import { Icon } from "../../parts/Icon";
import { addressOf } from "../../shell/routes";
import { choices, dialogOf } from "../desk";
import { w } from "../words";
import { CreateFlow } from "./CreateFlow";
import { Declared } from "./Declared";
import { pickable } from "./bots";
import { change, channelKind, draft, expectAnswer } from "./draft";
import { Sure } from "./Sure";
import { type StepProps, Trouble } from "./Trouble";
import { LONGEST_WAIT_S, waitOf } from "./wait";

const OFTEN = [[0, 30], [1, 0], [4, 0], [24, 0]] as const;

/** Whether somebody is expected to answer, for how long, and which bot takes it. */
export function StepAnswer({ wrong }: StepProps): JSX.Element {
  const { expectsAnswer, hours, minutes, dialog, template, acceptsUnbound } = draft.value;
  const note = useId();
  const asking = useSignal(false);
  const wait = waitOf(hours, minutes);
  const { bound, others } = pickable(choices.value?.dialogs ?? [], choices.value?.templates ?? [], template, channelKind.value);
  const unbound = dialog !== "" && !bound.some(({ name }) => name === dialog);
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
                onChange={() => (!value && expectsAnswer && dialog ? (asking.value = true) : expectAnswer(value))}
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
              <label>
                <span class="unseen">{w("wait_hours")}</span>
                <input
                  inputMode="numeric"
                  maxLength={2}
                  value={hours}
                  aria-describedby={`${note} ${note}-trouble`}
                  aria-invalid={wrong.hours ? "true" : undefined}
                  onInput={(event) => change({ hours: event.currentTarget.value })}
                />
                h
              </label>
              <label>
                <span class="unseen">{w("wait_minutes")}</span>
                <input
                  inputMode="numeric"
                  maxLength={2}
                  value={minutes}
                  aria-describedby={`${note} ${note}-trouble`}
                  aria-invalid={wrong.hours ? "true" : undefined}
                  onInput={(event) => change({ minutes: event.currentTarget.value })}
                  onBlur={() => /^\d$/.test(minutes) && change({ minutes: `0${minutes}` })}
                />
                min
              </label>
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
          <Field label={w("bot_legend")} hint={w(dialog ? "bot_hint" : "no_bot_hint")}>
            {(ids) => (
              <select {...ids} value={dialog} onChange={(event) => change({ dialog: event.currentTarget.value, acceptsUnbound: false })}>
                <option value="">{w("no_bot")}</option>
                {bound.map(({ name, title }) => (
                  <option key={name} value={name}>
                    {w("bot_for_template", { name: title })}
                  </option>
                ))}
                {others.map(({ name, title }) => (
                  <option key={name} value={name}>
                    {title}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {dialog && (
            <a class="bot-link" href={addressOf("dialogs", { dialog })} target="_blank">
              {w("see_bot", { bot: dialogOf(dialog) })}
            </a>
          )}
          {template && bound.length === 0 && <CreateFlow />}
          {unbound && (
            <div class="callout" role="note">
              <Icon name="warning" size={18} />
              <label>
                <span>{w("unbound_text", { bot: dialogOf(dialog) })}</span>
                <span class="check-line">
                  <input
                    type="checkbox"
                    checked={acceptsUnbound}
                    aria-invalid={wrong.acceptsUnbound ? "true" : undefined}
                    aria-describedby="trouble-unbound"
                    onChange={(event) => change({ acceptsUnbound: event.currentTarget.checked })}
                  />{" "}
                  {w("unbound_accept")}
                </span>
              </label>
            </div>
          )}
          <Trouble say={wrong.acceptsUnbound} id="trouble-unbound" />
        </>
      )}
      <Declared wrong={wrong} />
    </>
  );
}
