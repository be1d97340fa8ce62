/** What calendar and clock say in a time zone. */

export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `2026-03-15`. */
export function dayIn(at: number, timeZone: string): string {
  return said(at, timeZone).date;
}

/** `hour` is the whole one. */
export function inZone(at: number, timeZone: string): { date: string; time: string; hour: string } {
  const { date, time } = said(at, timeZone);
  return { date, time, hour: `${time.slice(0, 2)}:00` };
}

/** All zones the browser knows, and `own`, which may be newer than it. */
export function zones(own: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes(own) ? known : [own, ...known];
}

function said(at: number, timeZone: string): { date: string; time: string } {
  const [date = "", time = ""] = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(at).split(" ");
  return { date, time };
}
