import type { JSX } from "preact";
import { w, type WordKey } from "../words";

export interface StepProps {
  /** What is missing, by field; filled once the step was tried. */
  wrong: Partial<Record<string, WordKey>>;
}

/** What a field still wants, announced. */
export function Trouble({ say }: { say: WordKey | undefined }): JSX.Element {
  return (
    <p class="field-trouble" role="alert">
      {say && w(say)}
    </p>
  );
}
