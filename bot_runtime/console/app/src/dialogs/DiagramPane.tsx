import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "../parts/Button";
import { language } from "../parts/i18n";
import { isDark } from "../parts/theme";
import { api, files, type Text } from "./api";
import { check, edited, source } from "./desk";
import { w } from "./words";

const STEP = 1.25;
const MARGIN = 12;
/** Smaller than so the words in the boxes cannot be read. */
const LEAST_READ = 0.55;

/** The dialog as a drawing: what is live or, once somebody wrote something without errors, that. */
export function DiagramPane({ text }: { text: Text }): JSX.Element {
  const { name, title } = text.dialog;
  const drawn = useSignal("");
  const zoom = useSignal(1);
  const image = useRef<HTMLImageElement>(null);
  const begun = useRef(false);
  const spoken = language.value;
  const dark = isDark();
  const wrote = edited.value && check.value?.ok ? source.value : "";
  useEffect(() => {
    if (!wrote) return void (drawn.value = "");
    let late = false;
    api.draw(name, wrote).then(
      ({ svg }) => late || (drawn.value = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`),
      () => undefined, // what is live stays in view; the text's own pane says what is wrong
    );
    return () => void (late = true);
  }, [name, wrote, spoken, dark]);
  const size = (): void => {
    const { current } = image;
    if (current?.naturalWidth) current.style.width = `${Math.round(current.naturalWidth * zoom.peek())}px`;
  };
  /** The part of its size at which the drawing is as wide as its frame. */
  const fitting = (): number => {
    const { current } = image;
    const frame = current?.parentElement;
    return current?.naturalWidth && frame ? Math.min(1, (frame.clientWidth - 2 * MARGIN) / current.naturalWidth) : 1;
  };
  const begin = (): void => {
    if (!begun.current) zoom.value = Math.max(fitting(), LEAST_READ);
    begun.current = true;
    size();
    const frame = image.current?.parentElement;
    if (frame) frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2;
  };
  const scale = zoom.value;
  useLayoutEffect(size, [scale]);
  return (
    <div class="diagram">
      <div class="diagram-tools" role="group" aria-label={w("diagram")}>
        <IconButton icon="plus" label={w("zoom_in")} onClick={() => (zoom.value = Math.min(zoom.value * STEP, 4))} />
        <IconButton icon="minus" label={w("zoom_out")} onClick={() => (zoom.value = Math.max(zoom.value / STEP, 0.2))} />
        <IconButton
          icon="inside"
          label={w("fit")}
          onClick={() => (zoom.value = fitting())}
        />
      </div>
      <div class="diagram-frame" tabIndex={0} role="group" aria-label={w("diagram_of", { title })}>
        <img ref={image} src={drawn.value || files.drawing(name, text.dialog.live)} alt={w("diagram_of", { title })} onLoad={begin} />
      </div>
    </div>
  );
}
