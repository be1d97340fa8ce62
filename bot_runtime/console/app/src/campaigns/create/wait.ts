/** How long an answer is waited for. */
export const LONGEST_WAIT_S = 86_400;

/** Seconds of `h:mm` within 0–24 h; null: not one. */
export function waitOf(hours: string, minutes: string): number | null {
  if (!/^\d{1,2}$/.test(hours.trim()) || !/^\d{1,2}$/.test(minutes.trim()) || Number(minutes) > 59) return null;
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  return seconds <= LONGEST_WAIT_S ? seconds : null;
}

/** The same as it is filled in. */
export function timeOf(seconds: number): { hours: string; minutes: string } {
  return { hours: String(Math.floor(seconds / 3600)), minutes: String(Math.floor(seconds / 60) % 60).padStart(2, "0") };
}
