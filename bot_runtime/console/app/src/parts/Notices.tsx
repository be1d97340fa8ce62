/** Short notices at the page's edge: what went wrong, what was done and can be taken back. */
import { signal } from "@preact/signals";
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
const notices = signal<Notice[]>([]);
let last = 0;

export function notify(look: Notice["look"], text: string, undo?: () => void): void {
  const id = ++last;
  notices.value = [...notices.value.filter((kept) => kept.text !== text).slice(-2), { id, look, text, undo }];
  setTimeout(() => dismiss(id), SHOWN_MS[look]);
}

function dismiss(id: number): void {
  notices.value = notices.value.filter((kept) => kept.id !== id);
}

export function Notices(): JSX.Element {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ id, look, text, undo }) => (
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
