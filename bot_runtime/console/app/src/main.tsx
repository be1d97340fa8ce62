import { render } from "preact";
render(<p>bot-runtime</p>, document.getElementById("app")!);
