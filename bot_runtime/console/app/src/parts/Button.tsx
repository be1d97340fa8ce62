import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./Icon";

type Own = Omit<JSX.IntrinsicElements["button"], "icon" | "class" | "size">;

interface ButtonProps extends Own {
  look?: "primary" | "plain" | "quiet" | "grave";
  icon?: IconName;
  children?: ComponentChildren;
}

export function Button({ look = "plain", icon, children, type = "button", ...rest }: ButtonProps): JSX.Element {
  return (
    <button type={type} class={`button button--${look}`} {...rest}>
      {icon && <Icon name={icon} size={18} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Own {
  icon: IconName;
  label: string;
  size?: number;
}

/** A button that is only its icon; `label` is its name for assistive technology and its tooltip. */
export function IconButton({ icon, label, size = 20, type = "button", ...rest }: IconButtonProps): JSX.Element {
  return (
    <button type={type} class="icon-button" aria-label={label} title={label} {...rest}>
      <Icon name={icon} size={size} />
    </button>
  );
}
