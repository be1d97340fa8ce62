import type { JSX } from "preact";
import type { Counts } from "../api";
import { parts, total } from "../figures";
import { number, sentenceCase, share, w, word } from "../words";

interface Props {
  counts: Counts;
  name: string;
  tellsReads: boolean;
}

/** Where every recipient's message is: one bar, and its table; the shares make 100 %. */
export function Delivery({ counts, name, tellsReads }: Props): JSX.Element {
  const found = parts(counts);
  const rows = found.map(({ status, count, permille }) => ({ status, count, said: share(permille, count) }));
  return (
    <>
      <div class="stack" role="img" aria-label={w("delivery_of", { name, parts: rows.map(({ status, said }) => `${word("status", status)} ${said}`).join(", ") })}>
        {found.map(({ status, permille }) => (
          <span key={status} class={`ink--${status}`} style={{ flexGrow: permille }} title={`${sentenceCase(word("status", status))}: ${share(permille)}`} />
        ))}
      </div>
      <table class="table table--figures">
        <thead class="unseen">
          <tr>
            <th scope="col">{w("state")}</th>
            <th scope="col">{w("contacts")}</th>
            <th scope="col">{w("share")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ status, count, said }) => (
            <tr key={status}>
              <th scope="row">
                <span class={`swatch ink--${status}`} aria-hidden="true" />
                {sentenceCase(word("status", status))}
              </th>
              <td class="is-number">{number(count)}</td>
              <td class="is-number">{said}</td>
            </tr>
          ))}
          {!tellsReads && (
            <tr>
              <th scope="row">
                <span class="swatch swatch--none" aria-hidden="true" />
                {sentenceCase(word("status", "read"))}
              </th>
              <td colSpan={2} class="is-number faint">{w("not_available")}</td>
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{w("total")}</th>
            <td class="is-number">{number(total(counts))}</td>
            <td class="is-number">{share(found.length ? 1000 : 0)}</td>
          </tr>
        </tfoot>
      </table>
    </>
  );
}
