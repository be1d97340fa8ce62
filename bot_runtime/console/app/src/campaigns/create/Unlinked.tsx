import type { JSX } from "preact";
import { Icon } from "../../parts/Icon";
import { w } from "../words";
import { unlinked } from "./draft";

/** What the chosen department's tickets don't have, and so is linked no more; said as soon as it is chosen. */
export function Unlinked(): JSX.Element {
  const gone = unlinked.value;
  return (
    <div role="status">
      {gone.length > 0 && (
        <div class="callout">
          <Icon name="info" size={18} />
          <div>
            <p>{w("unlinked")}</p>
            <ul>
              {gone.map(({ header, name }) => (
                <li key={header}>{w("unlinked_from", { name, column: header })}</li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </div>
  );
}
