import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../parts/Button";
import { notify } from "../parts/Notices";
import { mayAct } from "./actions";
import { api, type Detail } from "./api";
import { tell } from "./desk";
import { w, wn } from "./words";

/** Go on without the rows that are wrong; nobody in them gets a message. */
export function SkipWrong({ campaign, onDone }: { campaign: Detail; onDone: (campaign: Detail) => void }): JSX.Element | null {
  const busy = useSignal(false);
  if (!mayAct()) return null;
  const go = async (): Promise<void> => {
    busy.value = true;
    try {
      const mended = await api.skipWrong(campaign.id);
      tell(mended);
      onDone(mended);
      notify("done", wn("dropped", mended.dropped ?? 0));
    } catch (error) {
      notify("error", (error as Error).message);
    } finally {
      busy.value = false;
    }
  };
  return (
    <Button disabled={busy.value} aria-busy={busy.value} onClick={() => void go()}>
      {w("skip_wrong")}
    </Button>
  );
}
