/** The choices for late answers and busy contacts in words. */
import type { Late } from "./api";
import { choices } from "./desk";
import { w } from "./words";

export function lateText({ policy, within_h, say }: Late): string {
  const title = choices.value?.late?.find(({ name }) => name === policy)?.title ?? policy;
  if (policy === "new") return title;
  return w(say ? "late_said_text" : "late_said", { title, hours: within_h, text: say });
}

export function busyText(policy: string): string {
  return choices.value?.busy?.find(({ name }) => name === policy)?.title ?? policy;
}
