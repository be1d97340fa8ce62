import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

interface PanelProps {
  title: string;
  aside?: ComponentChildren;
  /** `group`: not a landmark of the page, where there are many of the same title. */
  role?: "region" | "group";
  children: ComponentChildren;
}

/** A titled part of a page. */
export function Panel({ title, aside, role = "region", children }: PanelProps): JSX.Element {
  const id = useId();
  return (
    <section class="panel" role={role} aria-labelledby={id}>
      <header class="panel-head">
        <h3 id={id}>{title}</h3>
        {aside}
      </header>
      {children}
    </section>
  );
}
