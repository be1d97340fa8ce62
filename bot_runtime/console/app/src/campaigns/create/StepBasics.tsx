import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Field } from "../../parts/Field";
import { Icon } from "../../parts/Icon";
import { phoneText } from "../../parts/phone";
import { api } from "../api";
import { choices } from "../desk";
import { w } from "../words";
import { change, chooseChannel, clearsTemplate, draft } from "./draft";
import { Others } from "./Others";
import { Sure } from "./Sure";
import { type StepProps, Trouble } from "./Trouble";
import { Unlinked } from "./Unlinked";

const TYPED_MS = 400;

/** What would make a name easier to find, once the writer paused; advice, never a refusal (F118). */
function NameAdvice({ name }: { name: string }): JSX.Element {
  const advice = useSignal("");
  useEffect(() => {
    advice.value = "";
    if (!name.trim()) return undefined;
    let asking = true; // what is told of an earlier name is not told of this one
    const pause = setTimeout(() => void api.nameAdvice(name).then((said) => asking && (advice.value = said), () => undefined), TYPED_MS);
    return () => {
      asking = false;
      clearTimeout(pause);
    };
  }, [name]);
  return (
    <p class="field-advice" role="status">
      {advice.value && (
        <>
          <Icon name="info" size={16} />
          <span>{advice.value}</span>
        </>
      )}
    </p>
  );
}

/** Name, channel, department. */
export function StepBasics({ wrong }: StepProps): JSX.Element {
  const { name, channel, department } = draft.value;
  const asking = useSignal("");
  return (
    <>
      <Others />
      <div>
        <Field label={w("name")} hint={w("name_hint")}>
          {(ids) => (
            <input
              {...ids}
              maxLength={120}
              autocomplete="off"
              value={name}
              aria-invalid={wrong.name ? "true" : undefined}
              aria-describedby={`${ids["aria-describedby"]} trouble-name`}
              onInput={(event) => change({ name: event.currentTarget.value })}
            />
          )}
        </Field>
        <Trouble say={wrong.name} id="trouble-name" />
        <NameAdvice name={name} />
      </div>
      <fieldset aria-describedby="trouble-channel">
        <legend>{w("channel_legend")}</legend>
        <div class="choice-cards">
          {choices.value?.channels.map((known) => (
            <label key={known.name} class="card">
              <span class={`card-mark card-mark--${known.kind}`} aria-hidden="true">
                <Icon name={known.kind} />
              </span>
              <span class="card-text">
                <b>{known.title || known.name}</b>
                <small>
                  {w(`kind_${known.kind}`)} · <span class="whole">{phoneText(known.number)}</span>
                </small>
              </span>
              <input
                type="radio"
                name="channel"
                checked={channel === known.name}
                aria-invalid={wrong.channel ? "true" : undefined}
                onChange={() => (clearsTemplate(known.name) ? (asking.value = known.name) : chooseChannel(known.name))}
              />
            </label>
          ))}
        </div>
        <Trouble say={wrong.channel} id="trouble-channel" />
        {asking.value && (
          <Sure title={w("other_kind_title")} button={w("other_kind_button")} onYes={() => chooseChannel(asking.value)} onClose={() => (asking.value = "")}>
            <p>{w("other_kind_text", { template: draft.value.template })}</p>
          </Sure>
        )}
      </fieldset>
      <div>
        <Field label={w("department")} hint={w("department_hint")}>
          {(ids) => (
            <select
              {...ids}
              value={department}
              aria-invalid={wrong.department ? "true" : undefined}
              aria-describedby={`${ids["aria-describedby"]} trouble-department`}
              onChange={(event) => change({ department: event.currentTarget.value })}
            >
              <option value="" disabled>
                {w("choose")}
              </option>
              {choices.value?.departments.map(({ name: own, title }) => (
                <option key={own} value={own}>
                  {title}
                </option>
              ))}
              <option value="-">{w("no_department")}</option>
            </select>
          )}
        </Field>
        <Trouble say={wrong.department} id="trouble-department" />
        <Unlinked />
      </div>
    </>
  );
}
