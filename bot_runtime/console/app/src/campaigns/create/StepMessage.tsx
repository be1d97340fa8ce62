import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Icon } from "../../parts/Icon";
import { choices } from "../desk";
import { plain, w } from "../words";
import { channelKind, chooseTemplate, draft } from "./draft";
import { type StepProps, Trouble } from "./Trouble";

const MANY = 6;

/** Which approved template; its preview stands beside. */
export function StepMessage({ wrong }: StepProps): JSX.Element {
  const sought = useSignal("");
  const all = (choices.value?.templates ?? []).filter((known) => known.channel_kind === channelKind.value);
  const shown = all.filter(({ name, body }) => plain(`${name} ${body}`).includes(plain(sought.value)));
  if (!all.length)
    return (
      <div class="callout" role="note">
        <Icon name="warning" size={18} />
        <p>{w("no_templates")}</p>
      </div>
    );
  return (
    <fieldset aria-describedby="trouble-template">
      <legend>{w("template_legend")}</legend>
      {all.length > MANY && (
        <label class="search">
          <Icon name="search" size={18} />
          <span class="unseen">{w("search_templates")}</span>
          <input type="search" placeholder={w("search_templates")} value={sought.value} onInput={(event) => (sought.value = event.currentTarget.value)} />
        </label>
      )}
      <div class="choice-cards choice-cards--one">
        {shown.map((known) => (
          <label key={`${known.name}/${known.language}`} class="card">
            <span class="card-text">
              <b>{known.name}</b>
              <small class="card-body">{known.body}</small>
              <span class="card-facts">
                <span class="tag">{languageName(known.language)}</span>
                {known.parameters.map((name) => (
                  <span key={name} class="tag tag--parameter">
                    {name}
                  </span>
                ))}
              </span>
            </span>
            <input
              type="radio"
              name="template"
              aria-label={`${known.name}, ${languageName(known.language)}`}
              aria-invalid={wrong.template ? "true" : undefined}
              checked={draft.value.template === known.name && draft.value.language === known.language}
              onChange={() => chooseTemplate(known)}
            />
          </label>
        ))}
        {!shown.length && <p class="form-note">{w("none_found_templates")}</p>}
      </div>
      <Trouble say={wrong.template} id="trouble-template" />
    </fieldset>
  );
}

function languageName(code: string): string {
  try {
    const name = new Intl.DisplayNames([document.documentElement.lang || "es"], { type: "language" }).of(code.replace("_", "-")) ?? code;
    return name.charAt(0).toUpperCase() + name.slice(1);
  } catch {
    return code;
  }
}
