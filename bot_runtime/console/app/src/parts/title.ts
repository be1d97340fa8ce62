/** What stands before the page's name in the browser's tab: `(3)`. */
import { signal } from "@preact/signals";

export const titleMark = signal("");
