// A ledger that is to go.
import { call, go, onSave, open, tellNext } from "./api.js";

const deletion = document.getElementById("deletion");
document.getElementById("delete").addEventListener("click", () => open(deletion));
onSave(deletion, async (form) => {
  await call("DELETE", `/v1/ledgers/${form.dataset.ledger}`);
  tellNext("台账已删除");
  go("/ledgers");
});
