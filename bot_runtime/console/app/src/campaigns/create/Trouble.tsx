import type { JSX } from "preact";
import { w, type WordKey } from "../words";

export interface StepProps {
  /** What is missing, by field; filled once the step was tried. */
  wrong: Partial<Record<string, WordKey>>;
}

/** What a field still wants, announced; `id`: for the field that it describes. */
export function Trouble({ say, id }: { say: WordKey | undefined; id?: string }): JSX.Element {
  return (
    <p class="field-trouble" role="alert" id={id}>
      {say && w(say)}
    </p>
  );
}
