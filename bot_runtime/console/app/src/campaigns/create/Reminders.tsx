import type { JSX } from "preact";
import { useId, useRef } from "preact/hooks";
import { Button, IconButton } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { w } from "../words";
import { change, draft, reminderTroubles, sendable } from "./draft";
import { namedTexts } from "./MessagePreview";
import { OwnText } from "./OwnText";
import { another, keyOf, MOST_REMINDERS, offeredTemplates, type ReminderDraft, type ReminderTrouble } from "./reminders";
import { TimeFields } from "./TimeFields";
import { Trouble } from "./Trouble";
import { waitOf } from "./wait";

/** Who does not answer is told again, up to three times (F054). `tried`: what is wrong is said. */
export function Reminders({ tried }: { tried: boolean }): JSX.Element {
  const { remind, hours, minutes } = draft.value;
  const box = useRef<HTMLFieldSetElement>(null);
  const hint = useId();
  const troubles = tried ? reminderTroubles.value : [];
  /** The focus goes on where something appeared, or where something was. */
  const focus = (what: string): void => void requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(what)?.focus());
  const set = (at: number, part: Partial<ReminderDraft>): void => change({ remind: remind.map((one, number) => (number === at ? { ...one, ...part } : one)) });
  const add = (): void => {
    change({ remind: [...remind, another(remind, waitOf(hours, minutes), sendable.value)] });
    focus(".reminder:last-of-type input");
  };
  const drop = (at: number): void => {
    change({ remind: remind.filter((_, number) => number !== at) });
    focus(".reminders-add button");
  };
  return (
    <fieldset ref={box} class="reminders" aria-describedby={hint}>
      <legend>{w("reminders")}</legend>
      <p class="field-hint" id={hint}>
        {w("remind_hint")}
        {remind.length > 0 && sendable.value.kind === "whatsapp" && ` ${w("remind_whatsapp")}`}
      </p>
      {remind.map((one, at) => (
        <ReminderRow key={at} number={at + 1} one={one} trouble={troubles[at] ?? {}} set={(part) => set(at, part)} drop={() => drop(at)} />
      ))}
      {remind.length < MOST_REMINDERS && (
        <div class="reminders-add">
          <Button icon="plus" onClick={add}>
            {w("remind_add")}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

interface RowProps {
  number: number;
  one: ReminderDraft;
  trouble: ReminderTrouble;
  set: (part: Partial<ReminderDraft>) => void;
  drop: () => void;
}

function ReminderRow({ number, one, trouble, set, drop }: RowProps): JSX.Element {
  const id = useId();
  const { kind } = sendable.value;
  const offered = offeredTemplates(sendable.value);
  const chosen = offered.find(({ template }) => keyOf(template) === one.template)?.template;
  const takesText = kind !== "whatsapp";
  const ownText = takesText && !one.template;
  return (
    <fieldset class="reminder">
      <legend class="unseen">{w("remind_number", { n: number })}</legend>
      <div class="reminder-head">
        <b aria-hidden="true">{w("remind_number", { n: number })}</b>
        <IconButton icon="trash" label={w("remind_drop", { n: number })} onClick={drop} />
      </div>
      <div class="wait-time">
        <span aria-hidden="true">{w("remind_after")}</span>
        <TimeFields
          hours={one.hours}
          minutes={one.minutes}
          names={{ hours: w("remind_hours"), minutes: w("remind_minutes") }}
          describedBy={`${id}-after`}
          wrong={trouble.after !== undefined}
          onChange={set}
        />
      </div>
      <Trouble say={trouble.after?.key} facts={trouble.after?.facts} id={`${id}-after`} />
      <Field label={w("remind_what")}>
        {(ids) => (
          <select
            {...ids}
            value={one.template}
            aria-describedby={ownText ? undefined : `${id}-what`}
            aria-invalid={trouble.what && !ownText ? "true" : undefined}
            onChange={(event) => set({ template: event.currentTarget.value })}
          >
            <option value="">{w(takesText ? "remind_own_text" : "choose")}</option>
            {offered.map(({ template, lacks }) => (
              <option key={keyOf(template)} value={keyOf(template)} disabled={lacks.length > 0}>
                {lacks.length ? w("remind_needs", { name: template.name, lacks: lacks.join(", ") }) : `${template.name} (${template.language})`}
              </option>
            ))}
          </select>
        )}
      </Field>
      {chosen && <p class="field-hint clamped">{namedTexts(chosen).body}</p>}
      {ownText ? (
        <OwnText label={w("remind_text")} text={one.say} wrong={trouble.what} onChange={(say) => set({ say })} />
      ) : (
        <Trouble say={trouble.what?.key} facts={trouble.what?.facts} id={`${id}-what`} />
      )}
    </fieldset>
  );
}
