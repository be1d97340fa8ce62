/** The inbox from the keyboard. Letters are told by their key, whatever Alt makes of them, and never while composing. */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { type TextKey, t } from "../parts/i18n";
import { roomy } from "../parts/media";
import { Modal } from "../parts/Modal";
import { addressOf, go } from "../shell/routes";
import type { Row } from "./api";
import type { Asking } from "./Dialogs";
import { detailsOpen, selected, step } from "./desk";
import { viewsOf } from "./ListPane";
import { rows, show } from "./lists";
import { talkOf } from "./talks";
import { mayAct, mayClose, mayTransfer, takeTicket } from "./ticket";

const SHORTCUTS: [string, TextKey][] = [
  ["Alt J", "key_next"],
  ["Alt K", "key_previous"],
  ["Alt 1–4", "key_views"],
  ["Alt T", "take"],
  ["Alt L", "reply"],
  ["Alt P", "note"],
  ["Alt R", "transfer"],
  ["Alt B", "give_back"],
  ["Alt E", "close_ticket"],
  ["Alt I", "ticket_details"],
  ["Enter", "send"],
  ["Shift Enter", "key_newline"],
  ["Esc", "key_back"],
  ["?", "shortcuts"],
];

export function useShortcuts(asking: Signal<Asking>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.isComposing || event.defaultPrevented || event.ctrlKey || event.metaKey || asking.value) return;
      const done = event.altKey ? pressAlt(event.code, asking) : pressPlain(event, asking);
      if (done) event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

/** True: the key was ours. */
function pressAlt(code: string, asking: Signal<Asking>): boolean {
  const ask = (what: Asking, allowed: (row: Row) => boolean): boolean => {
    const row = current();
    if (row && allowed(row)) asking.value = what;
    return true;
  };
  const place = /^Digit([1-4])$/.exec(code)?.[1];
  if (place) {
    const to = viewsOf()[Number(place) - 1];
    if (to) show(to);
    return true;
  }
  switch (code) {
    case "KeyJ":
      step(1);
      return true;
    case "KeyK":
      step(-1);
      return true;
    case "KeyL":
      press('[aria-keyshortcuts="Alt+L"]');
      return focusOn(".reply textarea, .blocked button");
    case "KeyP":
      press('[aria-keyshortcuts="Alt+P"]');
      return focusOn(".reply textarea");
    case "KeyT":
      if (selected.value && current()?.state !== "closed") void takeTicket(selected.value, (what) => (asking.value = what));
      return true;
    case "KeyR":
      return ask("transfer", mayTransfer);
    case "KeyB":
      return ask("give-back", (row) => mayAct(row) && (talkOf(row.id).ticket.value?.states.length ?? 0) > 0);
    case "KeyE":
      return ask("close", mayClose);
    case "KeyI":
      if (selected.value) detailsOpen.value = !detailsOpen.value;
      return true;
    default:
      return false;
  }
}

function pressPlain(event: KeyboardEvent, asking: Signal<Asking>): boolean {
  const inText = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
  if (event.key === "?" && !inText) {
    asking.value = "shortcuts";
    return true;
  }
  if (event.key !== "Escape") return false;
  if (inText) (event.target as HTMLElement).blur();
  else if (detailsOpen.value && !roomy.value) detailsOpen.value = false;
  else if (selected.value) go(addressOf("inbox"));
  return true;
}

function current(): Row | null {
  return rows.value.get(selected.value) ?? null;
}

function press(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.click();
}

function focusOn(selector: string): boolean {
  const focus = (): void => document.querySelector<HTMLElement>(selector)?.focus();
  queueMicrotask(() => queueMicrotask(focus)); // once it is drawn, and before the next key
  return true;
}

export function ShortcutsModal({ onClose }: { onClose: () => void }): JSX.Element {
  return (
    <Modal title={t("shortcuts")} onClose={onClose}>
      <dl class="shortcuts">
        {SHORTCUTS.map(([keys, does]) => (
          <div key={keys}>
            <dt>{t(does)}</dt>
            <dd>
              {keys.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
