import type { JSX } from "preact";
import type { Counts, Figures } from "../api";
import { funnel, type Stage } from "../figures";
import { number, sentenceCase, share, w, word } from "../words";

interface Props {
  counts: Counts;
  figures: Figures;
  tellsReads: boolean;
}

const WIDTH = 400;
const HEIGHT = 34;
const GAP = 8;

/** How many got how far, as bars that get narrower, and the same as a table. */
export function Funnel({ counts, figures, tellsReads }: Props): JSX.Element {
  const stages = funnel(counts, figures, tellsReads);
  const most = Math.max(1, ...stages.map(({ count }) => count ?? 0));
  const widths = stages.map(({ count }) => ((count ?? 0) / most) * WIDTH);
  const tall = stages.length * (HEIGHT + GAP) - GAP;
  return (
    <>
      <svg class="funnel" viewBox={`0 0 ${WIDTH} ${tall}`} role="img" aria-label={w("funnel_of", { stages: stages.map(said).join(", ") })}>
        {stages.map(({ name, count }, at) => {
          const top = at * (HEIGHT + GAP);
          const width = widths[at] ?? 0;
          const after = widths[at + 1] ?? 0;
          const left = (WIDTH - width) / 2;
          const last = at === stages.length - 1;
          return (
            <g key={name}>
              {!last && count !== null && stages[at + 1]?.count !== null && (
                <path
                  class="funnel-slope"
                  d={`M${left} ${top + HEIGHT}H${left + width}L${(WIDTH + after) / 2} ${top + HEIGHT + GAP}H${(WIDTH - after) / 2}Z`}
                />
              )}
              {count === null ? (
                <rect class="funnel-none" x={(WIDTH - 120) / 2} y={top + 1} width={120} height={HEIGHT - 2} rx="4" />
              ) : (
                <rect class={`funnel-bar funnel-bar--${name}`} x={(WIDTH - Math.max(2, width)) / 2} y={top} width={Math.max(2, width)} height={HEIGHT} rx="4" />
              )}
            </g>
          );
        })}
      </svg>
      <table class="table table--figures">
        <thead>
          <tr>
            <th scope="col">{w("stage")}</th>
            <th scope="col" class="is-number">{w("contacts")}</th>
            <th scope="col" class="is-number">{w("of_planned")}</th>
          </tr>
        </thead>
        <tbody>
          {stages.map(({ name, count }) => (
            <tr key={name}>
              <th scope="row">
                <span class={`swatch funnel-ink--${name}`} aria-hidden="true" />
                {sentenceCase(word("stage", name))}
              </th>
              {count === null ? (
                <td colSpan={2} class="is-number faint">{w("not_available")}</td>
              ) : (
                <>
                  <td class="is-number">{number(count)}</td>
                  <td class="is-number">{figures.planned ? share(Math.round((count / figures.planned) * 1000), count) : "–"}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function said({ name, count }: Stage): string {
  return `${word("stage", name)} ${count === null ? w("not_available") : number(count)}`;
}
