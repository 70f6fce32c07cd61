// Stands unseen beside a widget. It hides the note below as long as the kernel that drew the widget answers, and gives
// the controls what the front end leaves out for those who do not see them: a name, the value in words, what is pressed.
function render({ model, el }) {
  const note = `.${model.get("note")}`;
  const asleep = ".jp-OutputArea:has(.jupyter-widgets-disconnected)";
  const style = document.createElement("style");
  style.textContent = `
    ${note} { display: none }
    ${asleep} ${note} { display: block }
    .jp-OutputArea:not(${asleep}) > .jp-OutputArea-child:has(${note}) { display: none }`;
  el.append(style);

  const set = (element, name, value) => {
    if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
  };
  const describe = (box) => {
    for (const row of box.querySelectorAll(".widget-inline-hbox")) {
      const name = row.querySelector(":scope > .widget-label")?.textContent.trim();
      if (!name) continue;
      const handle = row.querySelector(".noUi-handle");
      const readout = row.querySelector(".widget-readout");
      set(handle, "aria-label", name);
      set(readout, "aria-label", `${name}, as a number`);
      if (handle && readout) set(handle, "aria-valuetext", readout.textContent.trim());
      if (readout?.isContentEditable) set(readout, "role", "textbox");
      set(row.querySelector("select"), "aria-label", name);
      const buttons = row.querySelectorAll(".widget-toggle-button");
      if (buttons.length) {
        set(row, "role", "group");
        set(row, "aria-label", name);
      }
      for (const button of buttons) set(button, "aria-pressed", String(button.classList.contains("mod-active")));
    }
    // The place stays and its text changes: only so is the change read out.
    for (const said of box.querySelectorAll(".cam-says .widget-html-content")) set(said, "role", "status");
  };

  let watch, frame;
  const begin = () => {
    const box = el.closest(".cam-live");
    if (!box) {
      frame = requestAnimationFrame(begin); // not yet in the page
      return;
    }
    describe(box);
    watch = new MutationObserver(() => describe(box));
    watch.observe(box, { subtree: true, childList: true, characterData: true, attributeFilter: ["class"] });
  };
  begin();
  return () => {
    cancelAnimationFrame(frame);
    watch?.disconnect();
  };
}
export default { render };
