/** Short notices at the page's edge: what went wrong, what was done and can be taken back. */
import { type Signal, signal } from "@preact/signals";
import type { JSX } from "preact";
import { Button, IconButton } from "./Button";
import { t } from "./i18n";

interface Notice {
  id: number;
  look: "error" | "done";
  text: string;
  undo?: () => void;
}

const SHOWN_MS = { error: 9000, done: 5000 };
const LOOK_AGAIN_MS = 1000;
const notices = signal<Notice[]>([]);
/** The modal dialogs that are open, the topmost last. What is outside of it can be neither read nor reached. */
export const modals: Signal<readonly object[]> = signal([]);
let last = 0;

export function notify(look: Notice["look"], text: string, undo?: () => void): void {
  const id = ++last;
  notices.value = [...notices.value.filter((kept) => kept.text !== text).slice(-2), { id, look, text, undo }];
  setTimeout(() => expire(id), SHOWN_MS[look]);
}

/** Nothing is taken away under somebody's hand: who points at a notice is still reading. */
function expire(id: number): void {
  if (document.querySelector(".notice:hover, .notice:focus-within")) setTimeout(() => expire(id), LOOK_AGAIN_MS);
  else dismiss(id);
}

function dismiss(id: number): void {
  notices.value = notices.value.filter((kept) => kept.id !== id);
}

/** `modal`: the dialog they are shown in while it is the topmost. */
export function Notices({ modal }: { modal?: object }): JSX.Element {
  const shown = modals.value.at(-1) === modal ? notices.value : [];
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown.map(({ id, look, text, undo }) => (
        <div key={id} class={`notice notice--${look}`}>
          <p>{text}</p>
          {undo && (
            <Button
              look="quiet"
              onClick={() => {
                dismiss(id);
                undo();
              }}
            >
              {t("undo")}
            </Button>
          )}
          <IconButton icon="close" label={t("close")} size={16} onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
