import type { JSX } from "preact";
import { number, reasonTitle, sentenceCase, w } from "../words";

/** How many contacts went down each arm of a split, and what became of their tickets. */
export function Arms({ arms }: { arms: Record<string, Record<string, Record<string, number>>> }): JSX.Element {
  return (
    <>
      {Object.entries(arms).map(([split, named]) => (
        <Split key={split} name={split.split(".").pop() ?? split} arms={named} />
      ))}
    </>
  );
}

function Split({ name, arms }: { name: string; arms: Record<string, Record<string, number>> }): JSX.Element {
  const reasons = [...new Set(Object.values(arms).flatMap((tickets) => Object.keys(tickets)))].sort();
  return (
    <table class="table">
      <caption>{sentenceCase(name.replaceAll("_", " "))}</caption>
      <thead>
        <tr>
          <th scope="col">{w("arm")}</th>
          <th scope="col">{w("contacts")}</th>
          {reasons.map((reason) => (
            <th scope="col" key={reason}>
              {reasonTitle(reason)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Object.entries(arms).map(([arm, tickets]) => {
          const all = Object.values(tickets).reduce((sum, n) => sum + n, 0);
          return (
            <tr key={arm}>
              <th scope="row">{sentenceCase(arm.replaceAll("_", " "))}</th>
              <td>{number(all)}</td>
              {reasons.map((reason) => (
                <td key={reason}>{number(tickets[reason] ?? 0)}</td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
