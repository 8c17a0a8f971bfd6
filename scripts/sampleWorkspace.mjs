// Makes the sample workspace anew each time, with an identity of its own, by the code in src/age.
// Started by itself, it does only that.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inProject, isStarted } from "./project.mjs";
import { importTypeScript } from "./typescript.mjs";

/** @typedef {import("../src/age/identity").Recipient} Recipient */
/** @typedef {import("../src/age/age").Format} Format */

/**
 * @typedef {object} Sample
 * @property {string} folder the workspace
 * @property {Record<string, unknown>} settings those by which a window finds the sample's identity
 */

const passphrase = "correct horse battery staple";

/** @returns {Promise<Sample>} */
export async function makeSampleWorkspace() {
  const age = await loadAge();
  const sample = inProject(".cache/sample");
  const folder = join(sample, "cage-sample");
  const identityFile = join(sample, "identity", "demo-identity.txt");
  await rm(folder, { recursive: true, force: true });
  await rm(join(sample, "identity"), { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await mkdir(join(sample, "identity"), { mode: 0o700 });

  const identity = age.X25519Identity.generate();
  const recipient = identity.recipient.toString();
  const lines = [`# public key: ${recipient}`, Buffer.from(identity.encode()).toString(), ""];
  await writeFile(identityFile, lines.join("\n"), { mode: 0o600 });
  identity.wipe();

  const people = [identity.recipient];
  const byPassphrase = [new age.ScryptRecipient(Buffer.from(passphrase))];
  const logo = await readFile(inProject("media/icon.png"));
  /** @type {[string, string | Uint8Array, Recipient[], Format][]} */
  const files = [
    ["secrets.yaml.age", secrets, people, "binary"],
    ["team.env.age", variables, people, "armored"],
    ["passphrase.json.age", json, byPassphrase, "binary"],
    ["logo.png.age", logo, people, "binary"],
  ];
  for (const [name, plaintext, recipients, format] of files) {
    const encrypted = age.encrypt([Buffer.from(plaintext)], recipients, format);
    await writeFile(join(folder, name), await age.collect(encrypted));
  }
  await writeFile(join(folder, ".age-recipients"), `# the demo identity\n${recipient}\n`);
  await writeFile(join(folder, "README.md"), readme);
  return { folder, settings: { "cage.identities": [identityFile] } };
}

/**
 * @typedef {Pick<typeof import("../src/age/age"), "collect" | "encrypt">
 *   & Pick<typeof import("../src/age/x25519"), "X25519Identity">
 *   & Pick<typeof import("../src/age/scrypt"), "ScryptRecipient">} Age
 * @returns {Promise<Age>}
 */
function loadAge() {
  return importTypeScript(
    "age",
    `export { collect, encrypt } from "./src/age/age";
     export { X25519Identity } from "./src/age/x25519";
     export { ScryptRecipient } from "./src/age/scrypt";`,
  );
}

const secrets = `# Change something and press Ctrl+S: it is encrypted again.
database:
  host: db.example.com
  user: app
  password: "s3cr3t, and never on the disk"
  pool: 10
features:
  - login
  - reports
`;

const variables = `# An armored file: text outside, text inside.
API_URL=https://api.example.com
API_TOKEN=demo-0123456789abcdef
`;

const json = `${JSON.stringify({ note: "opened with a passphrase", answer: 42 }, null, 2)}\n`;

const readme = `# A sample workspace for Cage

Everything here is made up. The files were encrypted a moment ago, to an identity that was made
only for this window.

1. Click **secrets.yaml.age**. It opens as YAML. Change a line and save: it is encrypted again.
   On the disk it was never anything else.
2. Click **team.env.age**. This one is armored, that is, its ciphertext is text: right-click it and
   choose **Open Raw**.
3. Click **passphrase.json.age**. Its passphrase is \`${passphrase}\`.
4. Right-click **logo.png.age**, a picture, and choose **Decrypt File…** to have it as a plain file.
5. Look at the status bar, at the lower right. It says how the file was opened and how fast; click
   it for everything else.
6. Right-click this **README.md** and choose **Encrypt File…**.
7. Press F1 and run **Cage: Lock Now**: what is open closes, and the keys are forgotten.

**.age-recipients** says whom the files of this folder are for.
`;

if (isStarted(import.meta.url)) await makeSampleWorkspace();
