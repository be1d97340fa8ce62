import type { JSX } from "preact";
import { t } from "../parts/i18n";
import { Sheet } from "../parts/Sheet";
import type { List, Message } from "./api";

interface ListSheetProps {
  message: Message;
  onTap: (choice: { payload: string; text: string }) => void;
  onClose: () => void;
}

/** A list's rows, as they rise from the bottom of the phone. */
export function ListSheet({ message, onTap, onClose }: ListSheetProps): JSX.Element {
  const list = message.list as List;
  const sections = list.sections?.length ? list.sections : [{ title: "", rows: list.rows }];
  return (
    <Sheet title={list.button} onClose={onClose}>
      {sections.map(({ title, rows }, section) => (
        <div key={section} class="rows" role="group" aria-label={title || t("options")}>
          {title && <p class="rows-title">{title}</p>}
          {rows.map((row, at) => (
            <button
              key={row.id}
              type="button"
              class="row"
              data-first={section === 0 && at === 0 ? "" : undefined}
              onClick={() => {
                onTap({ payload: row.id, text: row.title });
                onClose();
              }}
            >
              <span class="row-text">
                <span>{row.title}</span>
                {row.description && <small>{row.description}</small>}
              </span>
              <span class="row-dot" aria-hidden="true" />
            </button>
          ))}
        </div>
      ))}
    </Sheet>
  );
}
