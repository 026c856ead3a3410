// Security keys and passkeys: asks the browser for the key when a form marked data-passkey is sent, and sends the answer with the form.
(() => {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withId = (entry) => ({ ...entry, id: bytes(entry.id) });

  const readable = (options) => {
    const ready = { ...options, challenge: bytes(options.challenge) };
    if (options.user) ready.user = withId(options.user);
    if (options.excludeCredentials) ready.excludeCredentials = options.excludeCredentials.map(withId);
    if (options.allowCredentials) ready.allowCredentials = options.allowCredentials.map(withId);
    return ready;
  };

  const sendable = (key) => {
    const answer = { clientDataJSON: text(key.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (key.response[name]) answer[name] = text(key.response[name]);
    }
    if (key.response.getTransports) answer.transports = key.response.getTransports();
    return { id: key.id, rawId: text(key.rawId), type: key.type, response: answer, clientExtensionResults: key.getClientExtensionResults() };
  };

  const options = (form) => {
    const said = JSON.parse(document.getElementById(form.dataset.options).textContent);
    return readable((said.creation_options || said.request_options || said).publicKey);
  };

  const ask = async (form) => {
    const fault = form.querySelector("[role=alert]");
    fault.hidden = true;
    try {
      const key = await navigator.credentials[form.dataset.passkey]({ publicKey: options(form) });
      form.elements.credential.value = JSON.stringify(sendable(key));
      form.submit();
    } catch {
      fault.hidden = false;
      form.querySelector("button").focus();
    }
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = !window.PublicKeyCredential;
    form.addEventListener("submit", (event) => { event.preventDefault(); ask(form); });
  }
})();
