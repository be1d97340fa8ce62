import type { JSX } from "preact";
import { Field } from "../../parts/Field";
import { Icon } from "../../parts/Icon";
import { addressOf } from "../../shell/routes";
import { choices, dialogOf } from "../desk";
import { w } from "../words";
import { pickable } from "./bots";
import { CreateFlow } from "./CreateFlow";
import { change, channelKind, draft } from "./draft";
import { type StepProps, Trouble } from "./Trouble";

/** Which bot takes the answers, once message and list stand (F107). */
export function StepBot({ wrong }: StepProps): JSX.Element {
  const { dialog, template, acceptsUnbound } = draft.value;
  const { bound, others } = pickable(choices.value?.dialogs ?? [], choices.value?.templates ?? [], template, channelKind.value);
  const unbound = dialog !== "" && !bound.some(({ name }) => name === dialog);
  return (
    <>
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
  );
}
