import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "../parts/Icon";
import { t } from "../parts/i18n";
import { Menu } from "../parts/Menu";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

interface ReactionsProps {
  /** The contact's present reaction, or empty. */
  present: string;
  /** Whether Tab stops here: only on the newest message, so that a long chat stays quick to leave. */
  inTabOrder: boolean;
  onReact: (emoji: string) => void;
}

/** How a contact reacts to a message; the same emoji again takes it back. */
export function Reactions({ present, inTabOrder, onReact }: ReactionsProps): JSX.Element {
  const open = useSignal(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    open.value = false;
    opener.current?.focus({ preventScroll: true });
  };
  return (
    <>
      <button
        ref={opener}
        type="button"
        class="react"
        tabIndex={inTabOrder ? 0 : -1}
        aria-label={t("react")}
        title={t("react")}
        aria-haspopup="menu"
        aria-expanded={open.value}
        onClick={() => (open.value = !open.value)}
      >
        <Icon name="smile" size={17} />
      </button>
      {open.value && (
        <Menu label={t("react")} class="emoji-menu" onClose={close}>
          {EMOJI.map((emoji) => (
            <button
              key={emoji}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class={emoji === present ? "is-present" : undefined}
              onClick={() => {
                close();
                onReact(emoji === present ? "" : emoji);
              }}
            >
              {emoji}
            </button>
          ))}
        </Menu>
      )}
    </>
  );
}
