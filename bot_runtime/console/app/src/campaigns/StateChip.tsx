import type { JSX } from "preact";
import type { Summary } from "./api";
import { settled } from "./figures";
import { share, stateNote, stateWord, w } from "./words";

/** The state in its word and colour, and how far the sending is. */
export function StateChip({ campaign }: { campaign: Summary }): JSX.Element {
  const { state, counts } = campaign;
  const note = stateNote(campaign);
  const part = settled(counts);
  return (
    <div class="state">
      <span class={`state-chip state-chip--${state}`}>{stateWord(state)}</span>
      {note && <small class="state-note">{note}</small>}
      {(state === "sending" || state === "paused") && (
        <div
          class={`slim slim--${state}`}
          role="progressbar"
          aria-label={w("progress_of", { name: campaign.name })}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.floor(part * 100)}
          title={share(Math.floor(part * 1000))}
        >
          <span style={{ width: `${part * 100}%` }} />
        </div>
      )}
    </div>
  );
}
