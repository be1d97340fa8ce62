import type { JSX } from "preact";
import type { Facts } from "../../parts/i18n";
import { w, type WordKey } from "../words";

export interface StepProps {
  /** What is missing, by field; filled once the step was tried. */
  wrong: Partial<Record<string, WordKey>>;
}

/** What a field still wants, announced; `id`: for the field that it describes. */
export function Trouble({ say, facts, id }: { say: WordKey | undefined; facts?: Facts; id?: string }): JSX.Element {
  return (
    <p class="field-trouble" role="alert" id={id}>
      {say && w(say, facts)}
    </p>
  );
}
