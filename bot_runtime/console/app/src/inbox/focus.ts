import { touch } from "../parts/media";

/** Where the agent goes on once something was done: the composer where they may write, else the conversation. */
export function focusTalk(): void {
  if (touch.value) return; // it would raise the keyboard on the screen
  requestAnimationFrame(() => {
    // A dialog that is open keeps the focus.
    if (document.querySelector("dialog[open]")) return;
    document.querySelector<HTMLElement>(".reply textarea, .talk-pane:not(:has(.reply textarea)) .talk-log")?.focus({ preventScroll: true });
  });
}
