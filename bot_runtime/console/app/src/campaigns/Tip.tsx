import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { Icon, type IconName } from "../parts/Icon";

/** A small sign whose text appears on pointing, focus or touch, and is its description for assistive technology. */
export function Tip({ icon, label, text }: { icon: IconName; label: string; text: string }): JSX.Element {
  const open = useSignal(false);
  const id = useId();
  return (
    <span class="tip" onMouseEnter={() => (open.value = true)} onMouseLeave={() => (open.value = false)}>
      <button
        type="button"
        class="tip-sign"
        aria-label={label}
        aria-describedby={id}
        onFocus={() => (open.value = true)}
        onBlur={() => (open.value = false)}
        onClick={() => (open.value = true)}
        onKeyDown={(event) => event.key === "Escape" && (open.value = false)}
      >
        <Icon name={icon} size={16} />
      </button>
      <span id={id} role="tooltip" class={open.value ? "tip-text" : "tip-text tip-text--away"}>
        {text}
      </span>
    </span>
  );
}
