import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Button } from "../parts/Button";
import { clockDate, clockTime, duration, now } from "../parts/clock";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { t } from "../parts/i18n";
import { Modal } from "../parts/Modal";
import { advance } from "./desk";

const STEPS_S = [60, 3600, 4 * 3600, 24 * 3600];
const UNITS_S = { minutes: 60, hours: 3600, days: 86_400 } as const;

/** The server's clock, and buttons that wind it forward for everything in the store. */
export function ClockControl(): JSX.Element {
  const told = useSignal("");
  const custom = useSignal(false);
  const wind = async (seconds: number): Promise<boolean> => {
    const done = await advance(seconds);
    if (done) told.value = t("advanced", { time: duration(seconds) });
    return done;
  };
  return (
    <div class="clock" role="group" aria-label={t("clock")}>
      <p class="clock-now">
        <Icon name="clock" size={18} />
        <Hands />
      </p>
      <div class="clock-steps">
        {STEPS_S.map((seconds) => {
          const step = seconds === 86_400 ? "24 h" : duration(seconds);
          return (
            <button key={seconds} type="button" aria-label={t("advance", { time: step })} onClick={() => void wind(seconds)}>
              +{step}
            </button>
          );
        })}
        <button type="button" aria-haspopup="dialog" onClick={() => (custom.value = true)}>
          {t("other_time")}
        </button>
      </div>
      <span class="unseen" role="status">
        {told.value}
      </span>
      {custom.value && <CustomModal onClose={() => (custom.value = false)} onWind={wind} />}
    </div>
  );
}

/** Alone, so that only this is drawn again each second. */
function Hands(): JSX.Element {
  return (
    <span class="clock-hands">
      <time dateTime={new Date(now.value).toISOString()}>{clockTime(now.value, true)}</time>
      <span class="clock-date">{clockDate(now.value)}</span>
    </span>
  );
}

function CustomModal({ onClose, onWind }: { onClose: () => void; onWind: (seconds: number) => Promise<boolean> }): JSX.Element {
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const unit = UNITS_S[form.get("unit") as keyof typeof UNITS_S];
    if (await onWind(Math.max(1, Math.round(Number(form.get("amount")) * unit)))) onClose();
  };
  return (
    <Modal title={t("advance_clock")} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <p class="form-note">{t("advance_note")}</p>
        <div class="form-row">
          <Field label={t("how_much")}>
            {(ids) => <input {...ids} name="amount" type="number" min="0.1" max="1000" step="any" required defaultValue="30" />}
          </Field>
          <Field label={t("unit")}>
            {(ids) => (
              <select {...ids} name="unit">
                <option value="minutes">{t("minutes")}</option>
                <option value="hours">{t("hours")}</option>
                <option value="days">{t("days")}</option>
              </select>
            )}
          </Field>
        </div>
        <div class="form-actions">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="primary" icon="skip" type="submit">
            {t("wind")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
