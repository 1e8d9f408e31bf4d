// Leaving the session of this browser.
import { call, go, tell } from "./api.js";

document.getElementById("logout")?.addEventListener("click", async () => {
  try {
    await call("DELETE", "/v1/session");
    go("/login");
  } catch (error) {
    tell(error.message);
  }
});
