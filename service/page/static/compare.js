// A comparison: what of, with what; then on to its result.
import { call, go } from "./api.js";

const form = document.getElementById("compare");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const warning = form.querySelector(".warning");
  const button = form.querySelector("button.main");
  const { ledger, documents, tolerance, copies } = form.elements;
  const numbers = documents.value.split(/[\s,，、;；]+/).filter(Boolean);
  const asked = { ledger: ledger.value, copies: copies.checked };
  if (numbers.length) asked.documents = numbers.map(Number);
  if (tolerance.value.trim()) asked.tolerance = tolerance.value.trim();
  const strange = numbers.find((one) => !/^[0-9]+$/.test(one));
  warning.textContent = strange && `文件编号“${strange}”应为数字，几个之间用逗号隔开，如 3,5,8；不填即比全部`;
  warning.hidden = !strange;
  if (strange) return;
  button.disabled = true;
  try {
    const made = await call("POST", "/v1/comparisons", asked);
    go(`/comparisons/${made.comparison_id}`);
  } catch (error) {
    warning.textContent = error.message;
    warning.hidden = false;
    button.disabled = false;
  }
});
