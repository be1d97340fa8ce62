import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface MenuProps {
  label: string;
  class: string;
  onClose: () => void;
  /** Buttons with `role="menuitem"` and `tabIndex={-1}`. */
  children: ComponentChildren;
}

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** A menu that takes the focus: arrows, Home and End move in it; Esc, Tab and a click elsewhere close it. */
export function Menu({ label, class: className, onClose, children }: MenuProps): JSX.Element {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => menu.current?.querySelector("button")?.focus({ preventScroll: true }), []);
  const move = (event: KeyboardEvent): void => {
    if (event.key === "Escape") event.preventDefault(); // it was for the menu: nothing behind it closes as well
    if (event.key === "Escape" || event.key === "Tab") return onClose();
    const items = [...(menu.current?.querySelectorAll("button") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const step = STEPS[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? items.length - 1 : step ? (at + step + items.length) % items.length : -1;
    if (to < 0) return;
    event.preventDefault();
    items[to]?.focus();
  };
  return (
    <>
      <div class="menu-cover" onClick={onClose} />
      <div class={className} role="menu" aria-label={label} ref={menu} onKeyDown={move}>
        {children}
      </div>
    </>
  );
}
