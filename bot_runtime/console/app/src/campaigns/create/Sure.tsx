import type { ComponentChildren, JSX } from "preact";
import { Button } from "../../parts/Button";
import { Modal } from "../../parts/Modal";
import { w } from "../words";

interface SureProps {
  title: string;
  /** What is done on yes. */
  button: string;
  onYes: () => void;
  onClose: () => void;
  children: ComponentChildren;
}

/** Asked before something that was filled in is cleared. */
export function Sure({ title, button, onYes, onClose, children }: SureProps): JSX.Element {
  return (
    <Modal title={title} onClose={onClose}>
      <div class="form">
        {children}
        <div class="form-actions">
          <Button onClick={onClose}>{w("leave_it")}</Button>
          <Button
            look="primary"
            onClick={() => {
              onYes();
              onClose();
            }}
          >
            {button}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
