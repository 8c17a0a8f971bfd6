import type { Explanation } from "../wording/failureText";

/** Makes a page with a sentence and a hint. The texts are escaped. */
export function messagePage(message: string, hint: string): string {
  return page("default-src 'none'; style-src 'unsafe-inline'", heading(message, hint));
}

/**
 * Makes the page in place of a document that could not be opened: what happened, what to do, and
 * buttons.
 *
 * @param nonce - lets this page's script run, and no other.
 */
export function failurePage(
  name: string,
  { message, ...rest }: Explanation,
  nonce: string,
): string {
  const page = { message: `${name} is not open. ${message}`, ...rest };
  return actionPage(page, nonce, "takes the focus");
}

/**
 * Makes a page that says something and has buttons.
 *
 * @param nonce - lets this page's script run, and no other.
 */
export function actionPage(
  { message, details = [], nextStep, actions }: Explanation,
  nonce: string,
  focus: "takes the focus" | "leaves the focus",
): string {
  const buttons = actions
    .map(
      ({ label, command }) =>
        `<button data-command="${escaped(command)}">${escaped(label)}</button>`,
    )
    .join("\n");
  const script = `<script nonce="${nonce}">
    const host = acquireVsCodeApi();
    for (const button of document.querySelectorAll("button")) {
      button.addEventListener("click", () => host.postMessage(button.dataset.command));
    }
    ${focus === "takes the focus" ? 'document.querySelector("button")?.focus();' : ""}
  </script>`;
  return page(
    `default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'`,
    `<div role="alert">${heading(message, nextStep)}${list(details)}</div>
    <div class="actions">${buttons}</div>${script}`,
  );
}

/**
 * Makes the page of an image, which asks its host for the bytes and keeps them in its own memory.
 */
export function imagePage(name: string, nonce: string): string {
  const script = `<script nonce="${nonce}">
    const host = acquireVsCodeApi();
    const image = document.querySelector("img");
    addEventListener("message", ({ data: { bytes, type } }) => {
      URL.revokeObjectURL(image.src);
      image.src = URL.createObjectURL(new Blob([bytes], { type }));
    });
    host.postMessage("ready");
  </script>`;
  return page(
    `default-src 'none'; img-src blob:; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'`,
    `<img alt="${escaped(name)}">${script}`,
  );
}

function heading(message: string, hint: string): string {
  return `<h1>${escaped(message)}</h1><p>${escaped(hint)}</p>`;
}

/** Lists the attempts; "" for none. */
function list(details: readonly string[]): string {
  if (details.length === 0) return "";
  const items = details.map((one) => `<li>${escaped(one)}</li>`).join("");
  return `<p>Tried so far:</p><ul>${items}</ul>`;
}

function page(policy: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <style>
    body {
      margin: 0 auto;
      max-width: 44rem;
      padding: 15vh 1.5rem 2rem;
      color: var(--vscode-foreground);
      font: var(--vscode-font-size, 13px) / 1.5 var(--vscode-font-family);
    }
    h1 { font-size: 1.25em; font-weight: 600; overflow-wrap: anywhere; }
    p, li { color: var(--vscode-descriptionForeground); overflow-wrap: anywhere; }
    .actions { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 1.5rem; }
    button {
      padding: 0.35rem 0.9rem;
      border: 1px solid var(--vscode-button-border, transparent);
      border-radius: 2px;
      background: var(--vscode-button-background);
      color: var(--vscode-button-foreground);
      font: inherit;
      cursor: pointer;
    }
    button + button {
      background: var(--vscode-button-secondaryBackground);
      color: var(--vscode-button-secondaryForeground);
    }
    img { display: block; max-width: 100%; margin: 0 auto; image-rendering: auto; }
    button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
  </style>
</head>
<body>${body}</body>
</html>`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
