import type { JSX } from "preact";
import { number, reasonTitle, w } from "../words";

/** How many tickets closed for which reason, most first; the open ones stand by themselves. */
export function Reasons({ tickets }: { tickets: Record<string, number> }): JSX.Element {
  const rows = Object.entries(tickets)
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a);
  const most = Math.max(1, ...rows.map(([, n]) => n));
  if (!rows.length) return <p class="form-note">{w("no_tickets")}</p>;
  return (
    <table class="table table--bars">
      <thead class="unseen">
        <tr>
          <th scope="col">{w("reason")}</th>
          <th scope="col">{w("tickets")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([reason, n]) => (
          <tr key={reason}>
            <th scope="row">{reasonTitle(reason || "open")}</th>
            <td>
              <span class="bar" style={{ width: `${(n / most) * 100}%` }} aria-hidden="true" />
              <b>{number(n)}</b>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
