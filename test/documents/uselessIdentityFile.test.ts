import { expect, it } from "vitest";
import { openDocument } from "../../src/documents/openDocument";
import { ageFile, bob, desk, passphrase } from "./kit";

it("an identity file of nothing that can be used is asked for once, and told of with what it holds", async () => {
  const at = await desk({ identities: [] });
  const keys = "AGE-PLUGIN-YUBIKEY-1QQ\nAGE-PLUGIN-SE-1QQ\n-----BEGIN OPENSSH PRIVATE KEY-----\n";
  const path = await at.put("keys.age", await ageFile(keys, passphrase("right")));
  at.identityFiles.push(path);
  for (const name of ["a.age", "b.age"]) await at.encrypted(name, "text", bob);
  at.prompts.passphrases = ["right"];
  for (const name of ["a.age", "b.age"]) {
    await expect(openDocument(at.path(name), "ask", at.context)).rejects.toMatchObject({
      code: "no-identity-match",
      message: "no identity was found; the file is encrypted to 1 X25519 recipient",
      facts: {
        tried: [`${path} holds 2 plugin identities and 1 SSH key, which this version can't use`],
      },
    });
  }
  expect(at.prompts.kinds).toEqual(["passphrase"]);
  at.context.keys.keyring.lock();
  at.prompts.passphrases = ["right"];
  await expect(openDocument(at.path("a.age"), "ask", at.context)).rejects.toMatchObject({
    code: "no-identity-match",
  });
  expect(at.prompts.kinds).toEqual(["passphrase", "passphrase"]);
});
