import type { JSX } from "preact";
import { Icon } from "./Icon";

const HUES = 6;

/** Someone's initials on a colour that is always theirs: of their `place` in a row, or else of their name. */
export function Avatar({ name, place }: { name: string; place?: number }): JSX.Element {
  return (
    <span class={`avatar hue-${(place ?? sumOf(name)) % HUES}`} aria-hidden="true">
      {/\p{L}/u.test(name) ? initials(name) : <Icon name="person" size={20} />}
    </span>
  );
}

export function initials(name: string): string {
  const letters = name.split(/\s+/).flatMap((word) => /\p{L}\p{M}*/u.exec(word)?.[0] ?? []);
  return letters.slice(0, 2).join("").toUpperCase();
}

function sumOf(name: string): number {
  return [...name].reduce((sum, sign) => sum + (sign.codePointAt(0) ?? 0), 0);
}
