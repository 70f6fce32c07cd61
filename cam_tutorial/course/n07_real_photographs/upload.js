// A frame to drop a photograph on, with the browser's own button to choose one by key or mouse.
const MOST = 9_000_000; // bytes: a kernel's connection takes ten million in one message

function render({ model, el }) {
  const box = document.createElement("label");
  box.style.cssText = "display: block; padding: 1.2em; border: 2px dashed #75797e; border-radius: 6px; cursor: pointer";
  const words = document.createElement("span");
  words.textContent = `${model.get("words")} `;
  const input = document.createElement("input");
  input.type = "file";
  input.accept = "image/*";
  const state = document.createElement("div");
  state.setAttribute("role", "status");
  box.append(words, input, state);
  el.append(box);

  const show = () => {
    if (model.get("name")) state.textContent = `${model.get("name")} is here; now run the next cell.`;
  };
  const take = async (file) => {
    if (!file) return;
    if (file.size > MOST) {
      state.textContent = `${file.name} is larger than 9 MB: give its path in the next cell instead.`;
      return;
    }
    model.set("content", new DataView(await file.arrayBuffer()));
    model.set("name", file.name);
    model.save_changes();
  };
  input.addEventListener("change", () => take(input.files[0]));
  // Without this the browser would leave the page and open the photograph.
  for (const kind of ["dragenter", "dragover", "drop"])
    box.addEventListener(kind, (event) => {
      event.preventDefault();
      event.stopPropagation();
      if (kind === "drop") take(event.dataTransfer.files[0]);
    });
  model.on("change:name", show);
  show();
  return () => model.off("change:name", show);
}
export default { render };
