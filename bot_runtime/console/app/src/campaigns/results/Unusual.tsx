import type { JSX } from "preact";
import { Panel } from "../../parts/Panel";
import type { Detail } from "../api";
import { busyText, lateText } from "../policies";
import { number, w, type WordKey } from "../words";

const BUSY = ["sent", "skipped", "queued", "interrupted", "waiting"] as const;

/** What came of the choices for late answers and busy contacts (D05, D51), where there were any. */
export function Unusual({ campaign: { figures, late, busy } }: { campaign: Detail }): JSX.Element | null {
  const found = BUSY.map((what) => ({ what, n: figures.busy?.[what] ?? 0 })).filter(({ n }) => n > 0);
  if (!figures.late && !found.length) return null;
  return (
    <Panel title={w("unusual")}>
      <table class="table table--figures">
        <thead class="unseen">
          <tr>
            <th scope="col">{w("unusual_what")}</th>
            <th scope="col">{w("contacts")}</th>
          </tr>
        </thead>
        <tbody>
          {figures.late > 0 && <Line name={w("unusual_late")} note={late && lateText(late)} n={figures.late} />}
          {found.map(({ what, n }) => (
            <Line key={what} name={w(`unusual_${what}` as WordKey)} n={n} />
          ))}
        </tbody>
      </table>
      {found.length > 0 && busy && <p class="form-note">{w("unusual_chosen", { policy: busyText(busy) })}</p>}
    </Panel>
  );
}

function Line({ name, note, n }: { name: string; note?: string; n: number }): JSX.Element {
  return (
    <tr>
      <th scope="row">
        {name}
        {note && <small class="line-note">{note}</small>}
      </th>
      <td class="is-number">{number(n)}</td>
    </tr>
  );
}
