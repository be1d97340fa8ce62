import type { ComponentChildren, JSX } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "./Button";
import { t } from "./i18n";

interface SheetProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A sheet that rises inside its nearest positioned ancestor (a phone's screen, a panel), not over the whole page. */
export function Sheet({ title, onClose, children }: SheetProps): JSX.Element {
  const sheet = useRef<HTMLDivElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const before = document.activeElement;
    const first = sheet.current?.querySelector<HTMLElement>("[data-first]") ?? sheet.current?.querySelector("button");
    first?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <div
      class="sheet-cover"
      onClick={(event) => event.target === event.currentTarget && onClose()}
      onKeyDown={(event) => (event.key === "Escape" ? onClose() : keepInside(event, sheet.current))}
    >
      <div ref={sheet} class="sheet" role="dialog" aria-modal="true" aria-labelledby={id}>
        <header class="sheet-head">
          <IconButton icon="close" label={t("close")} onClick={onClose} />
          <h4 id={id}>{title}</h4>
        </header>
        <div class="sheet-body">{children}</div>
      </div>
    </div>
  );
}

/** Tab goes round inside the sheet; the arrows go through its buttons. */
function keepInside(event: KeyboardEvent, sheet: HTMLElement | null): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : event.key === "Tab" ? (event.shiftKey ? -1 : 1) : 0;
  if (!step || !sheet) return;
  const stops = [...sheet.querySelectorAll<HTMLElement>("button, a[href], input, select")];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  stops[(at + step + stops.length) % stops.length]?.focus();
  event.preventDefault();
}
