// A key for a session; the key itself is kept nowhere.
import { call, root } from "./api.js";

const form = document.getElementById("login");
const warning = form.querySelector(".warning");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  warning.hidden = true;
  try {
    await call("POST", "/v1/session", { key: form.elements.key.value.trim() });
    const to = new URL(form.dataset.to, location);
    location.assign(to.origin === location.origin ? to.href : `${root}/`);
  } catch (error) {
    warning.textContent = error.message;
    warning.hidden = false;
    form.elements.key.select();
  }
});
