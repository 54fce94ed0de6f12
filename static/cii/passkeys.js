// Passkeys: forms marked data-passkey (add, use, sign-in) ask the device before they are sent.
const toBytes = (text) => {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(padded), (sign) => sign.charCodeAt(0));
};
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function read({ publicKey }) {
  const listed = (keys) => keys?.map((key) => ({ ...key, id: toBytes(key.id) }));
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (options.user) options.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.excludeCredentials) options.excludeCredentials = listed(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = listed(options.allowCredentials);
  return options;
}

function written(credential) {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = toText(response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: parts,
  });
}

async function ask(form) {
  const given = form.querySelector("script[type='application/json']");
  if (form.dataset.passkey === "sign-in") {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    return navigator.credentials.get({ publicKey: read((await answer.json()).request_options) });
  }
  const data = JSON.parse(given.textContent);
  if (form.dataset.passkey === "use") return navigator.credentials.get({ publicKey: read(data.request_options) });
  const options = read(data.creation_options);
  // Found without a name being typed, and guarded by the device: the server refuses any other.
  options.authenticatorSelection = {
    ...options.authenticatorSelection,
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  };
  return navigator.credentials.create({ publicKey: options });
}

export function usePasskeys(root = document) {
  root.querySelectorAll("form[data-passkey]").forEach((form) => {
    const said = form.querySelector("[data-passkey-said]");
    const button = form.querySelector("button");
    if (!window.PublicKeyCredential) {
      said.textContent = "This browser does not support passkeys.";
      button.disabled = true;
      return;
    }
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      said.textContent = "";
      button.disabled = true;
      ask(form)
        .then((credential) => {
          form.elements.credential.value = written(credential);
          form.submit();
        })
        .catch((problem) => {
          button.disabled = false;
          said.textContent =
            problem.name === "InvalidStateError"
              ? "This device already has a passkey for your account."
              : "No passkey was used. Try again, or sign in another way.";
        });
    });
  });
}
