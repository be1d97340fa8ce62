import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Avatar } from "../parts/Avatar";
import { IconButton } from "../parts/Button";
import { t } from "../parts/i18n";
import { narrow } from "../parts/media";
import { phoneText } from "../parts/phone";
import type { Message, Phone } from "./api";
import { chatOf, removePhone, select, selected } from "./desk";
import { Device } from "./Device";
import { InsidePanel } from "./InsidePanel";
import { StartModal } from "./StartModal";

export type Tapped = (message: Message, choice: { payload: string; text: string }) => void;

/** A contact's phone and, beside it, what the bot knows of that contact. */
export function Station({ phone, place }: { phone: Phone; place: number }): JSX.Element {
  const wide = useSignal(true);
  const drawer = useSignal(false);
  const starting = useSignal(false);
  const open = narrow.value ? drawer : wide;
  const held = selected.value === phone.id;
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (held) box.current?.scrollIntoView({ inline: "nearest", block: "nearest" });
    else drawer.value = false;
  }, [held]);

  return (
    <article
      ref={box}
      class={held ? "station is-held" : "station"}
      id={`phone-${phone.id}`}
      aria-label={t("phone_of", { name: phone.name })}
      onFocusCapture={() => !narrow.value && select(phone.id)}
    >
      <div class="station-phone">
        <header class="owner">
          <Avatar name={phone.name} place={place} />
          <div class="owner-name">
            <h2>{phone.name}</h2>
            <p>{phoneText(phone.number)}</p>
          </div>
          <IconButton icon="start" label={t("start_with", { name: phone.name })} onClick={() => (starting.value = true)} />
          <IconButton
            icon="inside"
            label={t("inside_of", { name: phone.name })}
            aria-expanded={open.value}
            onClick={() => (open.value = !open.value)}
          />
          <IconButton icon="trash" label={t("remove_phone", { name: phone.name })} onClick={() => void removePhone(phone)} />
        </header>
        <Device phone={phone} place={place} onStart={() => (starting.value = true)} />
      </div>
      {open.value && (
        <InsidePanel phone={phone} inside={chatOf(phone.id).inside.value} onStart={() => (starting.value = true)} onClose={() => (open.value = false)} />
      )}
      {starting.value && <StartModal phone={phone} onClose={() => (starting.value = false)} />}
    </article>
  );
}
