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

/** The other campaigns that run meanwhile: a warning, nothing more. */
export function Others(): JSX.Element | null {
  const all = useSignal<Summary[]>(listed.peek() ?? []);
  useEffect(() => {
    // The list may be filtered: this is of all.
    void api.list(NO_FILTERS, null).then(({ campaigns }) => (all.value = campaigns), () => undefined);
  }, []);
  const own = [accepted.value?.id, editing.value?.id];
  const running = all.value.filter((campaign) => !own.includes(campaign.id) && isActive(campaign, now.value));
  if (!running.length) return null;
  return (
    <div class="callout" role="note">
      <Icon name="warning" size={18} />
      <div>
        <p>{wn("others_active", running.length)}</p>
        <ul>
          {running.map(({ id, name }) => (
            <li key={id}>{name}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}
