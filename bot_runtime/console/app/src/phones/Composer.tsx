import { signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "../parts/Button";
import { Icon, type IconName } from "../parts/Icon";
import { t, type TextKey } from "../parts/i18n";
import { Menu } from "../parts/Menu";
import type { Channel, Phone, Sending } from "./api";

interface ComposerProps {
  channel: Channel;
  phone: Phone;
  /** Alt and this number bring the keyboard here. */
  place: number;
  /** Tells whether it left. */
  onSend: (sending: Sending) => Promise<boolean>;
}

interface Attachable {
  icon: IconName;
  label: TextKey;
  sending: () => Sending;
}

const PHOTO: Attachable = { icon: "image", label: "image", sending: () => ({ kind: "image" }) };
const ATTACHABLE: Attachable[] = [
  PHOTO,
  { icon: "sticker", label: "sticker", sending: () => ({ kind: "sticker" }) },
  { icon: "microphone", label: "audio", sending: () => ({ kind: "audio" }) },
  { icon: "video", label: "video", sending: () => ({ kind: "video" }) },
  { icon: "document", label: "document", sending: () => ({ kind: "document", filename: t("sample_file") }) },
  {
    icon: "location",
    label: "location",
    sending: () => ({ kind: "location", latitude: 19.4326, longitude: -99.1332, name: t("sample_place"), address: "Ciudad de México" }),
  },
];

const TALLEST_PX = 110;
/** Which composer's menu is open: at most one on the page. */
const openMenu = signal("");

/** Where the contact writes: Enter sends, Shift+Enter breaks the line; plus the stand-ins to attach. */
export function Composer({ channel, phone, place, onSend }: ComposerProps): JSX.Element {
  const text = useSignal("");
  const area = useRef<HTMLTextAreaElement>(null);
  const opener = useRef<HTMLDivElement>(null);
  const open = openMenu.value === phone.id;
  const attachable = channel.kind === "sms" ? [PHOTO] : ATTACHABLE;

  useLayoutEffect(() => {
    const box = area.current;
    if (!box) return;
    box.style.height = "";
    if (!text.value) return; // one line, which CSS knows; a phone out of sight has no height to measure
    box.style.height = `${Math.min(TALLEST_PX, box.scrollHeight)}px`;
  }, [text.value]);

  const submit = (): void => {
    const written = text.value.trim();
    if (!written) return;
    text.value = "";
    void onSend({ kind: "text", text: written }).then((done) => {
      if (!done) text.value = [written, text.value].filter(Boolean).join("\n");
    });
  };
  const close = (): void => {
    openMenu.value = "";
    opener.current?.querySelector("button")?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
        area.current?.focus();
      }}
    >
      {open && (
        <AttachMenu
          attachable={attachable}
          onClose={close}
          onChoose={(sending) => {
            close();
            void onSend(sending);
          }}
        />
      )}
      <div class="composer-attach" ref={opener}>
        <IconButton
          icon="attach"
          label={t("attach")}
          size={22}
          aria-haspopup="menu"
          aria-expanded={open}
          onClick={() => (openMenu.value = open ? "" : phone.id)}
        />
      </div>
      <textarea
        ref={area}
        rows={1}
        dir="auto"
        value={text.value}
        aria-label={t("write_as", { name: phone.name })}
        aria-keyshortcuts={place < 9 ? `Alt+${place + 1}` : undefined}
        title={place < 9 ? `Alt+${place + 1}` : undefined}
        placeholder={t(channel.kind === "sms" ? "write_sms" : "write")}
        onInput={(event) => (text.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      {text.value.trim() || channel.kind === "sms" ? (
        <button type="submit" class="composer-send" aria-label={t("send")} title={t("send")} disabled={!text.value.trim()}>
          <Icon name="send" size={20} />
        </button>
      ) : (
        <button
          type="button"
          class="composer-send"
          aria-label={t("send_voice")}
          title={t("send_voice")}
          onClick={() => void onSend({ kind: "audio" })}
        >
          <Icon name="microphone" size={20} />
        </button>
      )}
    </form>
  );
}

interface AttachMenuProps {
  attachable: Attachable[];
  onChoose: (sending: Sending) => void;
  onClose: () => void;
}

function AttachMenu({ attachable, onChoose, onClose }: AttachMenuProps): JSX.Element {
  return (
    <Menu label={t("attach")} class="attach-menu" onClose={onClose}>
      {attachable.map(({ icon, label, sending }) => (
        <button key={label} type="button" role="menuitem" tabIndex={-1} class={`attach-item attach-item--${label}`} onClick={() => onChoose(sending())}>
          <span class="attach-icon">
            <Icon name={icon} size={22} />
          </span>
          {t(label)}
        </button>
      ))}
    </Menu>
  );
}
