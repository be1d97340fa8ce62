import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button, IconButton } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { addressOf, go } from "../shell/routes";
import { check, checking, checkSoon, edited, readDialog, show, shown, type Tab, tab, trouble } from "./desk";
import { DiagramPane } from "./DiagramPane";
import { Marks } from "./ListView";
import { PublishModal } from "./PublishModal";
import { TextPane } from "./TextPane";
import { VersionsPane } from "./VersionsPane";
import { w } from "./words";

const TABS: Tab[] = ["diagram", "text", "versions"];

/** One dialog: drawn, as its text, and with its versions. Who has the author's right edits and publishes it here. */
export function DialogView({ name }: { name: string }): JSX.Element {
  const publishing = useSignal(false);
  const tabs = useRef<HTMLDivElement>(null);
  useEffect(() => {
    shown.value = null;
    check.value = null;
    void readDialog().then(() => checkSoon(0));
  }, [name]);
  const text = shown.value;
  const back = <IconButton icon="back" label={w("all_dialogs")} onClick={() => go(addressOf("dialogs"))} />;
  if (text === null || text.dialog.name !== name) {
    return trouble.value ? <header class="dialogs-head">{back}</header> : <div class="nothing" aria-busy="true" />;
  }
  const { dialog, edits } = text;
  const move = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : undefined;
    if (step === undefined) return;
    event.preventDefault();
    const at = (TABS.indexOf(tab.value) + step + TABS.length) % TABS.length;
    show(name, TABS[at]);
    (tabs.current?.children[at] as HTMLElement | undefined)?.focus();
  };
  return (
    <>
      <header class="dialogs-head">
        {back}
        <h1>{dialog.title}</h1>
        {!edits && <span class="mark">{w("read_only")}</span>}
        {edited.value && <span class="mark mark--draft">{w("edited")}</span>}
        {edits && (
          <Button look="primary" icon="upload" disabled={checking.value || !check.value?.ok || !(edited.value || !dialog.live)} onClick={() => (publishing.value = true)}>
            {w("publish")}
          </Button>
        )}
      </header>
      <Marks dialog={dialog} />
      <div class="dialog-tabs" role="tablist" ref={tabs} onKeyDown={move}>
        {TABS.map((one) => (
          <button key={one} id={`tab-${one}`} type="button" role="tab" aria-selected={tab.value === one} aria-controls="dialog-pane" tabIndex={tab.value === one ? 0 : -1} onClick={() => show(name, one)}>
            <Icon name={one === "diagram" ? "chart" : one === "text" ? "edit" : "clock"} size={18} />
            {w(one)}
          </button>
        ))}
      </div>
      <div id="dialog-pane" class="dialog-pane" role="tabpanel" aria-labelledby={`tab-${tab.value}`}>
        {tab.value === "diagram" && <DiagramPane text={text} />}
        {tab.value === "text" && <TextPane text={text} />}
        {tab.value === "versions" && <VersionsPane dialog={dialog} edits={edits} />}
      </div>
      {publishing.value && <PublishModal dialog={dialog} onClose={() => (publishing.value = false)} />}
    </>
  );
}
