/** What the reader's screen and settings are, as signals. */
import { type ReadonlySignal, signal } from "@preact/signals";

function matches(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const told = signal(list.matches);
  list.addEventListener("change", (event) => (told.value = event.matches));
  return told;
}

/** One phone at a time; the same border stands in `phones.css`. */
export const narrow = matches("(max-width: 720px)");
/** Room for three columns; the same border stands in `inbox.css`. */
export const roomy = matches("(min-width: 1180px)");
/** Fingers on glass: no keyboard but the one on the screen. */
export const touch = matches("(hover: none)");
export const reducedMotion = matches("(prefers-reduced-motion: reduce)");
