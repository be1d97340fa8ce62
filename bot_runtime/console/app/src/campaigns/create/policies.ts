/** What becomes of late answers (D05) and of busy contacts (D51), as it is filled in. Pure. */
import type { Late, LatePolicy } from "../api";
import type { Said } from "../words";
import { textTrouble } from "./reminders";

export const MOST_HOURS = 72;

export interface LateDraft {
  policy: LatePolicy;
  hours: string;
  say: string;
}

export const ORDINARY_LATE: LateDraft = { policy: "reopen", hours: "24", say: "" };
export const ORDINARY_BUSY = "send_only";

export interface LateTrouble {
  hours?: Said;
  say?: Said;
}

/** What is wrong with it, as the API would say it. `names`: the data that the list fills. */
export function lateTrouble({ policy, hours, say }: LateDraft, names: string[]): LateTrouble {
  return {
    hours: policy !== "new" && hoursOf(hours) === null ? { key: "late_wrong_hours", facts: { most: MOST_HOURS } } : undefined,
    say: policy === "say" ? textTrouble(say, names) : undefined,
  };
}

function hoursOf(hours: string): number | null {
  return /^\d{1,2}$/.test(hours.trim()) && Number(hours) <= MOST_HOURS ? Number(hours) : null;
}

/** As the API takes it: what the policy does not use goes as it is by default. */
export function wantedLate({ policy, hours, say }: LateDraft): Late {
  const within_h = (policy === "new" ? null : hoursOf(hours)) ?? Number(ORDINARY_LATE.hours);
  return { policy, within_h, say: policy === "say" ? say.trim() : "" };
}

/** As it was filled in, of what the API says. */
export function filledInLate(late: Late | undefined): LateDraft {
  return late ? { policy: late.policy, hours: String(late.within_h), say: late.say } : ORDINARY_LATE;
}
