/** Light or dark: what the system says, unless the reader chose. The colours themselves are `light-dark()` in CSS. */
import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const KEPT = "bot-runtime.theme";
const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(darkSystem.matches);
darkSystem.addEventListener("change", (event) => (systemIsDark.value = event.matches));

const kept = localStorage.getItem(KEPT);
export const theme = signal<Theme>(kept === "light" || kept === "dark" ? kept : "system");

export function isDark(): boolean {
  return theme.value === "dark" || (theme.value === "system" && systemIsDark.value);
}

/** To the other look; choosing what the system has anyway follows the system again. */
export function toggleTheme(): void {
  const next = isDark() ? "light" : "dark";
  theme.value = (next === "dark") === systemIsDark.value ? "system" : next;
  if (theme.value === "system") localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, theme.value);
}

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
