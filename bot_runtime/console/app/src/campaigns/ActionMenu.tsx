import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { Button, IconButton } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Menu } from "../parts/Menu";
import { notify } from "../parts/Notices";
import { allowed, ICONS, mainAction } from "./actions";
import { type Action, type Detail, files, type Summary } from "./api";
import { CancelModal, DeleteModal, LaunchModal, RenameModal, ScheduleModal } from "./ActionModals";
import { act, showResults } from "./desk";
import { openForm } from "./create/draft";
import { w } from "./words";

interface Props {
  campaign: Summary | Detail;
  /** On the results' own page they are no action. */
  inResults?: boolean;
  onGone?: () => void;
}

type Shown = Exclude<Action, "export">;

/** What may be done with a campaign: its main action as a button, all of them in a menu. */
export function ActionMenu({ campaign, inResults, onGone }: Props): JSX.Element {
  const open = useSignal(false);
  const up = useSignal(false);
  const asking = useSignal<Action | null>(null);
  const busy = useSignal(false);
  const opener = useRef<HTMLSpanElement>(null);
  const main = mainAction(campaign) as Shown;
  const able = allowed(campaign).filter((action) => !(inResults && action === "results"));
  const showsMain = able.includes(main);

  const close = (): void => {
    open.value = false;
    opener.current?.querySelector("button")?.focus();
  };
  const perform = (action: Action): void => {
    open.value = false;
    if (action === "results") return showResults(campaign.id);
    if (action === "edit") return openForm(campaign.id);
    if (action === "launch" || action === "schedule" || action === "cancel" || action === "rename" || action === "delete") {
      asking.value = action;
      return;
    }
    opener.current?.querySelector("button")?.focus();
    busy.value = true;
    act(campaign, action)
      .then(
        () => notify("done", w(`done_${action as "pause"}`, { name: campaign.name })),
        (error: Error) => notify("error", error.message),
      )
      .finally(() => (busy.value = false));
  };
  const done = (): void => {
    asking.value = null;
  };
  const toggle = (): void => {
    const place = opener.current?.getBoundingClientRect();
    up.value = place !== undefined && place.bottom + 40 * (able.length + 1) > innerHeight && place.top > 40 * (able.length + 1);
    open.value = !open.value;
  };
  return (
    <div class="acts">
      {showsMain && (
        <Button
          look={main === "launch" ? "primary" : "plain"}
          icon={ICONS[main]}
          disabled={busy.value}
          aria-label={inResults ? undefined : w("act_on", { act: w(`act_${main}`), name: campaign.name })}
          onClick={() => perform(main)}
        >
          {w(`act_${main}`)}
        </Button>
      )}
      <span class="acts-menu" ref={opener}>
        <IconButton icon="more" label={w("actions_of", { name: campaign.name })} aria-haspopup="menu" aria-expanded={open.value} onClick={toggle} />
        {open.value && (
          <Menu label={w("actions_of", { name: campaign.name })} class={up.value ? "acts-list acts-list--up" : "acts-list"} onClose={close}>
            {able.map((action) =>
              action === "export" ? (
                (["xlsx", "csv"] as const).map((format) => (
                  <button key={format} type="button" role="menuitem" tabIndex={-1} onClick={() => (close(), download(campaign.id, format))}>
                    <Icon name="download" size={18} />
                    {w(`act_export_${format}`)}
                  </button>
                ))
              ) : (
                <button key={action} type="button" role="menuitem" tabIndex={-1} class={action === "delete" || action === "cancel" ? "is-grave" : undefined} onClick={() => perform(action)}>
                  <Icon name={ICONS[action]} size={18} />
                  {w(`act_${action}`)}
                </button>
              ),
            )}
          </Menu>
        )}
      </span>
      {asking.value === "launch" && <LaunchModal campaign={campaign} onClose={done} />}
      {asking.value === "schedule" && <ScheduleModal campaign={campaign} onClose={done} />}
      {asking.value === "cancel" && <CancelModal campaign={campaign} onClose={done} />}
      {asking.value === "rename" && <RenameModal campaign={campaign} onClose={done} />}
      {asking.value === "delete" && (
        <DeleteModal
          campaign={campaign}
          onClose={done}
          onDone={() => {
            done();
            onGone?.();
          }}
        />
      )}
    </div>
  );
}

function download(id: string, format: "xlsx" | "csv"): void {
  const link = document.createElement("a");
  link.href = files.export(id, format);
  link.download = "";
  link.click();
}
