import type { JSX } from "preact";
import type { Reminder } from "./api";
import { waitText, w } from "./words";

/** What goes to the silent, and when. */
export function ReminderLines({ reminders = [] }: { reminders?: Reminder[] }): JSX.Element {
  if (!reminders.length) return <>{w("remind_none")}</>;
  return (
    <ol class="plain">
      {reminders.map(({ after_s, template, say }) => (
        <li key={after_s}>{w(template ? "remind_line_template" : "remind_line_text", { after: waitText(after_s), what: template || say })}</li>
      ))}
    </ol>
  );
}
