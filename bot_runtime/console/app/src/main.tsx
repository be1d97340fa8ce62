import { render } from "preact";
import { Shell } from "./shell/Shell";
import "./parts/theme";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/shell.css";

const root = document.getElementById("app");
if (root) render(<Shell />, root);
