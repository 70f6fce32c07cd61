// A question with a slider or with buttons: plain elements of the page, so that names, keys and colors are the browser's.
function render({ model, el }) {
  const box = document.createElement("fieldset");
  box.className = "cam-question";
  const legend = document.createElement("legend");
  legend.textContent = model.get("question");
  const state = document.createElement("span");
  state.setAttribute("role", "status");
  const options = model.get("options");
  let heard = true;
  const say = (value) => {
    model.set("said", value);
    model.save_changes();
    // A change may wait for the one before it; a message does not. The kernel may hear it beside a cell that runs, not
    // before it: so it answers, and until then nobody is told to go on.
    heard = false;
    model.send({ said: value });
    show();
  };
  const shown = (value) => (options.length ? options[value] : `${value}${model.get("unit")}`);

  const buttons = options.map((option, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = option;
    button.addEventListener("click", () => say(index));
    return button;
  });
  const slider = document.createElement("input");
  if (!options.length) {
    slider.type = "range";
    slider.setAttribute("aria-label", model.get("question"));
    for (const end of ["min", "max", "step"]) slider[end] = model.get(end);
    slider.value = model.get("said") ?? (model.get("min") + model.get("max")) / 2;
    slider.addEventListener("input", () => say(Number(slider.value)));
    // Who lets go where the slider stands has said so, too.
    for (const done of ["pointerup", "keyup"])
      slider.addEventListener(done, (event) => event.key === "Tab" || say(Number(slider.value)));
  }
  const show = () => {
    const said = model.get("said");
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(index === said)));
    slider.setAttribute("aria-valuetext", said === null ? "nothing said yet" : shown(said));
    state.textContent = said === null ? "what do you say?" : `you say ${shown(said)}${heard ? "; now run the next cell" : ""}`;
  };
  const hear = (message) => {
    heard = message.heard === model.get("said");
    show();
  };
  model.on("msg:custom", hear);
  model.on("change:said", show);
  show();

  const ends = (which) => {
    const end = document.createElement("span");
    end.textContent = `${model.get(which)}${model.get("unit")}`;
    return end;
  };
  box.append(legend, ...(options.length ? buttons : [ends("min"), slider, ends("max")]), state);
  el.append(box);

  // JupyterLab takes keys for itself unless told not to, by the element that has the focus: one around it is not asked.
  // Shift+Enter it shall go on taking.
  const keep = (event) => {
    if (!box.contains(event.target)) return;
    const runs = event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.altKey);
    event.target.toggleAttribute("data-lm-suppress-shortcuts", !runs);
  };
  window.addEventListener("keydown", keep, true);
  return () => {
    window.removeEventListener("keydown", keep, true);
    model.off("msg:custom", hear);
    model.off("change:said", show);
  };
}
export default { render };
