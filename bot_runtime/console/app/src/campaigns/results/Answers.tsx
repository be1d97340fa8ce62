import type { JSX } from "preact";
import { answerTitle, number, sentenceCase, w } from "../words";

/** What was answered at each question with codes, most first. */
export function Answers({ answers }: { answers: Record<string, Record<string, number>> }): JSX.Element {
  return (
    <>
      {Object.entries(answers).map(([name, codes]) => (
        <Question key={name} name={name} codes={codes} />
      ))}
    </>
  );
}

function Question({ name, codes }: { name: string; codes: Record<string, number> }): JSX.Element {
  const rows = Object.entries(codes).sort(([, a], [, b]) => b - a);
  const most = Math.max(1, ...rows.map(([, n]) => n));
  return (
    <table class="table table--bars">
      <caption>{sentenceCase(name.replaceAll("_", " "))}</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">{w("answer")}</th>
          <th scope="col">{w("contacts")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([code, n]) => (
          <tr key={code}>
            <th scope="row">{answerTitle(code)}</th>
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
