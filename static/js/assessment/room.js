// The room of a round. The line at the top asks again every two seconds; when it tells of another
// scene (a vote opened, votes shown, the next indicator), the page below follows, unless the person
// is typing there: then a line says so, and nothing they typed is touched.
const live = () => document.getElementById("room-live");
const body = () => document.querySelector("[data-room]");
const show = (name) => live()?.querySelector(`[data-room-${name}]`)?.removeAttribute("hidden");

const touched = (field) =>
  field.type === "radio" || field.type === "checkbox"
    ? field.checked !== field.defaultChecked
    : field.value !== field.defaultValue;
const typing = () => {
  const fields = [...body().querySelectorAll("textarea, input:not([type=hidden])")];
  return fields.some((field) => touched(field) || (field === document.activeElement && field.value));
};

let told = body()?.dataset.scene;
const follow = async () => {
  const { scene, says } = live().dataset;
  const here = body();
  if (scene === here.dataset.scene) return;
  if (scene !== told) document.getElementById("room-says").textContent = says;
  told = scene;
  if (here.dataset.roomFollow === undefined) return;
  if (typing()) return show("changed");
  const hadFocus = here.contains(document.activeElement);
  await window.htmx.ajax("GET", here.dataset.roomFollow, {
    target: "#room-body", select: "#room-body", swap: "outerHTML",
  });
  // Only where the focus stood on something that is gone now.
  if (hadFocus && document.activeElement === document.body) body()?.focus({ preventScroll: true });
};

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target !== live() || detail.xhr.status !== 200) return;
  if (detail.xhr.responseText.includes('id="room-live"')) return;
  detail.shouldSwap = false; // signed out meanwhile: the answer is another page
  if (!typing()) window.location.reload();
});
document.addEventListener("htmx:afterSettle", () => live() && body() && follow());
for (const failed of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failed, ({ detail }) => detail.elt === live() && show("offline"));
}
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt !== live() || !detail.successful) return;
  live().querySelector("[data-room-offline]").setAttribute("hidden", "");
});
