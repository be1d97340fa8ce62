import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import type { Problems } from "./api";
import { number, sentenceCase, w, wn } from "./words";

interface Props {
  title: string;
  text: string;
  problems: Problems;
  /** What else may be done about it. */
  children?: ComponentChildren;
}

const SHOWN = 100;

/** What is wrong with a list, by row and column, to mend it by; all of it as a file. */
export function ProblemTable({ title, text, problems: { problems, total }, children }: Props): JSX.Element {
  const id = useId();
  return (
    <section class="verdict" aria-labelledby={id} tabIndex={-1}>
      <header>
        <Icon name="warning" size={20} />
        <div role="alert">
          <h3 id={id}>{title}</h3>
          <p>{text}</p>
        </div>
      </header>
      {problems.length > 0 && (
        <>
          <div class="table-frame table-frame--low" role="region" aria-label={title} tabIndex={0}>
            <table class="table">
              <thead>
                <tr>
                  <th scope="col" class="is-number">{w("row")}</th>
                  <th scope="col">{w("column")}</th>
                  <th scope="col">{w("reason")}</th>
                </tr>
              </thead>
              <tbody>
                {problems.slice(0, SHOWN).map(({ row, column, header, message, hint }, at) => (
                  <tr key={at}>
                    <td class="is-number">{row ? number(row) : "–"}</td>
                    <td>{column ? `${column}${header ? ` · ${header}` : ""}` : "–"}</td>
                    <td>
                      {sentenceCase(message)}
                      {hint && <small>{sentenceCase(hint)}</small>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <footer>
            <p>{total > Math.min(SHOWN, problems.length) ? wn("problems_first", Math.min(SHOWN, problems.length), { total: number(total) }) : wn("problems_all", total)}</p>
            <span class="verdict-acts">
              {children}
              <Button icon="download" onClick={() => save(problems)}>
                {w("download_report")}
              </Button>
            </span>
          </footer>
        </>
      )}
    </section>
  );
}

/** The report as CSV that a spreadsheet opens as text: nothing in it is taken for a formula. */
function save(problems: Problems["problems"]): void {
  const cell = (value: string | number | null): string => {
    const text = String(value ?? "");
    return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  };
  const rows = [
    [w("row"), w("column"), w("header"), w("reason"), w("what_to_do")],
    ...problems.map(({ row, column, header, message, hint }) => [row, column, header, message, hint]),
  ];
  const content = `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "text/csv" }));
  link.download = w("report_name");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
