import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { Field } from "../../parts/Field";
import { type Said, w } from "../words";
import { sendable } from "./draft";
import { LONGEST_TEXT } from "./reminders";
import { Trouble } from "./Trouble";

/** A text that each recipient gets with their data of the list in it. */
export function OwnText({ label, text, wrong, onChange }: { label: string; text: string; wrong?: Said; onChange: (text: string) => void }): JSX.Element {
  const trouble = useId();
  const { names } = sendable.value;
  return (
    <div>
      <Field label={label} hint={names.length ? w("text_names", { names: names.map((name) => `{{${name}}}`).join(", ") }) : undefined}>
        {(ids) => (
          <textarea
            {...ids}
            rows={2}
            maxLength={LONGEST_TEXT}
            value={text}
            aria-invalid={wrong ? "true" : undefined}
            aria-describedby={[ids["aria-describedby"], trouble].filter(Boolean).join(" ")}
            onInput={(event) => onChange(event.currentTarget.value)}
          />
        )}
      </Field>
      <Trouble say={wrong?.key} facts={wrong?.facts} id={trouble} />
    </div>
  );
}
