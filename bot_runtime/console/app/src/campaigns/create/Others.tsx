import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { now } from "../../parts/clock";
import { Icon } from "../../parts/Icon";
import { isActive } from "../actions";
import { api, NO_FILTERS, type Summary } from "../api";
import { listed } from "../desk";
import { wn } from "../words";
import { accepted, editing } from "./draft";

/** Named at once; the others on request. */
const NAMED = 3;
/** How far back they are looked for. */
const LOOKED_AT = 200;

/** The other campaigns that run meanwhile: a warning, nothing more. */
export function Others(): JSX.Element | null {
  const all = useSignal<Summary[]>(listed.peek() ?? []);
  useEffect(() => {
    // The list may be filtered: this is of all.
    void api.list(NO_FILTERS, null, LOOKED_AT).then(({ campaigns }) => (all.value = campaigns), () => undefined);
  }, []);
  const own = [accepted.value?.id, editing.value?.id];
  const running = all.value.filter((campaign) => !own.includes(campaign.id) && isActive(campaign, now.value));
  if (!running.length) return null;
  return (
    <div class="callout" role="note">
      <Icon name="warning" size={18} />
      <div>
        <p>{wn("others_active", running.length)}</p>
        <Names of={running.slice(0, NAMED)} />
        {running.length > NAMED && (
          <details>
            <summary>{wn("others_more", running.length - NAMED)}</summary>
            <Names of={running.slice(NAMED)} />
          </details>
        )}
      </div>
    </div>
  );
}

function Names({ of }: { of: Summary[] }): JSX.Element {
  return (
    <ul>
      {of.map(({ id, name }) => (
        <li key={id}>{name}</li>
      ))}
    </ul>
  );
}
