import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../../parts/Button";
import { notify } from "../../parts/Notices";
import { api } from "../api";
import { readChoices } from "../desk";
import { w } from "../words";
import { change, draft } from "./draft";

/** No bot knows the chosen template: one that thanks and closes can be made for it (F011). */
export function CreateFlow(): JSX.Element {
  const busy = useSignal(false);
  const make = async (): Promise<void> => {
    const { template, language } = draft.value;
    busy.value = true;
    try {
      const { dialog } = await api.createFlow(template, language);
      await readChoices();
      if (draft.value.template === template) change({ dialog: dialog.name, acceptsUnbound: false });
      notify("done", w("flow_made"));
    } catch (error) {
      notify("error", (error as Error).message);
    } finally {
      busy.value = false;
    }
  };
  return (
    <p class="field-hint">
      {w("flow_none")}{" "}
      <Button look="quiet" onClick={() => void make()} disabled={busy.value}>
        {w("flow_create")}
      </Button>
    </p>
  );
}
