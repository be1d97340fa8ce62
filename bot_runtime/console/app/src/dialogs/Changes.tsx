import type { JSX } from "preact";
import { Icon } from "../parts/Icon";
import type { Detail, Differences } from "./api";
import { w } from "./words";

/** Two versions compared: what is outside of the states, then each state. */
export function Changes({ found }: { found: Differences }): JSX.Element {
  if (!found.dialog.length && !found.states.length) return <p class="faint">{w("changes_none")}</p>;
  return (
    <ul class="changes">
      {found.dialog.length > 0 && (
        <li>
          <b>{w("of_dialog")}</b>
          <Details some={found.dialog} />
        </li>
      )}
      {found.states.map(({ state, what, was, details }) => (
        <li key={state} class={`change change--${what}`}>
          <b>
            <code>{state}</code> {what !== "changed" && w(`diff_${what}`, { was })}
          </b>
          <Details some={what === "changed" ? details : details.filter(({ kind }) => kind === "text")} />
        </li>
      ))}
    </ul>
  );
}

function Details({ some }: { some: Detail[] }): JSX.Element {
  return (
    <dl>
      {some.map(({ path, before, after }, at) => (
        <div key={at}>
          <dt>{path}</dt>
          {before !== null && (
            <dd class="was">
              <Icon name="minus" size={13} />
              <del>{String(before)}</del>
            </dd>
          )}
          {after !== null && (
            <dd class="is">
              <Icon name="plus" size={13} />
              <ins>{String(after)}</ins>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
