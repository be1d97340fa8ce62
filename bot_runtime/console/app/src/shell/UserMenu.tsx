import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { bePresent, logOut, type Me, presence } from "../login/session";
import { Avatar } from "../parts/Avatar";
import { Icon } from "../parts/Icon";
import { t } from "../parts/i18n";
import { Menu } from "../parts/Menu";
import { desktopNotices, sound, switchDesktopNotices, switchSound } from "../parts/ring";
import { notify } from "../parts/Notices";

/** Who is logged in, whether colleagues see them as there, how they are told of what comes, and the way out. */
export function UserMenu({ me }: { me: Me }): JSX.Element {
  const open = useSignal(false);
  const opener = useRef<HTMLButtonElement>(null);
  const { display, name, role } = me.user;
  const departments = me.departments.filter(({ mine }) => mine);
  const close = (): void => {
    open.value = false;
    opener.current?.focus();
  };
  const be = (next: "connected" | "away"): void => {
    close();
    bePresent(next).catch((error: Error) => notify("error", error.message));
  };
  return (
    <div class="user">
      <button
        ref={opener}
        type="button"
        class="user-opener"
        aria-haspopup="menu"
        aria-expanded={open.value}
        aria-label={t("user_menu", { name: display || name, presence: t(`presence_${presence.value}`) })}
        title={`${display || name} · ${t(`presence_${presence.value}`)}`}
        onClick={() => (open.value = !open.value)}
      >
        <Avatar name={display || name} />
        <span class={`presence presence--${presence.value}`} aria-hidden="true" />
      </button>
      {open.value && (
        <Menu label={display || name} class="user-menu" onClose={close}>
          <header>
            <b>{display || name}</b>
            <small>{[t(`role_${role}`), ...departments.map(({ title }) => title)].join(" · ")}</small>
          </header>
          {(["connected", "away"] as const).map((state) => (
            <button key={state} type="button" role="menuitemradio" tabIndex={-1} aria-checked={presence.value === state} onClick={() => be(state)}>
              <span class={`presence presence--${state}`} aria-hidden="true" />
              {t(`presence_${state}`)}
              {presence.value === state && <Icon name="check" size={18} />}
            </button>
          ))}
          <hr />
          <button type="button" role="menuitemcheckbox" tabIndex={-1} aria-checked={sound.value} onClick={switchSound}>
            <Icon name={sound.value ? "sound" : "silent"} size={18} />
            {t("sound")}
            <span class="switch" aria-hidden="true" />
          </button>
          <button
            type="button"
            role="menuitemcheckbox"
            tabIndex={-1}
            aria-checked={desktopNotices.value}
            onClick={() => void switchDesktopNotices().then((allowed) => allowed || notify("error", t("notices_blocked")))}
          >
            <Icon name="bell" size={18} />
            {t("desktop_notices")}
            <span class="switch" aria-hidden="true" />
          </button>
          <hr />
          <button
            type="button"
            role="menuitem"
            tabIndex={-1}
            onClick={() => {
              open.value = false;
              void logOut();
            }}
          >
            <Icon name="leave" size={18} />
            {t("log_out")}
          </button>
        </Menu>
      )}
    </div>
  );
}
