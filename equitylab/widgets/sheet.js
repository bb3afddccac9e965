// One sheet of controls. What it asks comes from Python as `blocks`, what is answered goes back as
// `value`; nothing is decided here. Every control has a real label, every group a legend, and what
// changes by itself is said in a status line that was there before.

let serial = 0;

const make = (tag, props = {}, ...kids) => {
  const { role, describedby, labelledby, ...rest } = props;
  const node = Object.assign(document.createElement(tag), rest);
  if (role) node.setAttribute("role", role);
  if (describedby) node.setAttribute("aria-describedby", describedby);
  if (labelledby) node.setAttribute("aria-labelledby", labelledby);
  node.append(...kids.filter((kid) => kid !== null && kid !== undefined));
  return node;
};
const SILENT =
  "Not saved yet: the notebook is busy, or it has stopped. If this does not go away, copy what you " +
  "wrote, reload the page and run the notebook again.";
const hidden = (text) => make("span", { className: "eq-hidden", textContent: text });
const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

function render({ model, el }) {
  const own = `eq${++serial}-${Math.random().toString(36).slice(2, 7)}`;
  const shown = new Map(); // block id -> what stands on the page for it
  let waiting = null;

  const title = make("h3", { id: `${own}-title` });
  const intro = make("div", { className: "eq-intro" });
  const body = make("div", { className: "eq-body" });
  const buttons = make("div", { className: "eq-buttons" });
  const status = make("p", { className: "eq-status", role: "status" });
  const spoken = make("p", { className: "eq-hidden", role: "status" });
  const after = make("div", { className: "eq-after" });
  const root = make("div", { className: "eq", role: "group", labelledby: title.id });
  // In JupyterLab a letter pressed in a list is a command, and "d d" deletes the cell. It leaves
  // alone what can be written in, and what carries this mark itself.
  root.addEventListener("focusin", ({ target }) => {
    if (!target.matches(":read-write")) target.dataset.lmSuppressShortcuts = "true";
  });
  root.append(title, intro, body, buttons, status, after, spoken);
  el.append(root);

  // ---------------------------------------------------------------- answers

  const send = () => {
    clearTimeout(waiting);
    waiting = null;
    const value = { ...model.get("value") };
    for (const [id, one] of shown) if (one.get) value[id] = one.get();
    if (same(value, model.get("value"))) return value;
    listen();
    model.set("value", value);
    model.set("turn", model.get("turn") + 1);
    model.save_changes();
    return value;
  };
  // A server that forgets, or a kernel that died, must not look like a saved answer.
  let unheard = null;
  const listen = () => {
    clearTimeout(unheard);
    unheard = setTimeout(() => { status.textContent = SILENT; }, 10000);
  };
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(send, 700);
  };
  // While Python is busy, answers wait and a press would overtake them: the row would be added, and
  // then written into the form once more. So a press waits until the last answer has arrived.
  let pressed = [];
  const press = (id) => {
    send();
    listen();
    pressed.push(id);
    go();
  };
  const go = () => {
    if (model.get("taken") < model.get("turn")) return;
    for (const id of pressed) model.send({ press: id });
    pressed = [];
  };
  const listening = (node) => {
    node.addEventListener("input", soon);
    node.addEventListener("change", send);
    return node;
  };

  // ---------------------------------------------------------------- controls

  const label = (block, id) =>
    make(
      "label",
      { htmlFor: id, className: "eq-label" },
      block.label,
      block.about ? hidden(`: ${block.about}`) : null,
      block.required ? make("span", { className: "eq-required", textContent: " (required)" }) : null,
    );

  const around = (block, id, control) => {
    const help = make("p", { className: "eq-help", id: `${id}-help`, textContent: block.help || "" });
    const notes = make("div", { className: "eq-notes", id: `${id}-notes`, role: "status" });
    control.setAttribute("aria-describedby", `${block.help ? help.id + " " : ""}${notes.id}`);
    if (block.required) control.setAttribute("aria-required", "true");
    help.hidden = !block.help;
    return { help, notes };
  };

  const line = (block, id) => {
    const tag = block.kind === "long" ? "textarea" : "input";
    const control = listening(make(tag, { id, className: "eq-input" }));
    if (tag === "textarea") control.rows = 4;
    else control.type = block.kind === "date" ? "date" : "text";
    if (block.kind === "number") control.inputMode = "decimal";
    if (block.placeholder) control.placeholder = block.placeholder;
    const { help, notes } = around(block, id, control);
    const node = make("div", { className: `eq-field eq-${block.kind}${block.about ? " eq-under" : ""}` });
    node.append(label(block, id), help, control, notes);
    return {
      node, notes, focus: control,
      get: () => control.value || null,
      set: (value) => { control.value = value ?? ""; },
    };
  };

  const choice = (block, id) => {
    const control = listening(make("select", { id, className: "eq-input" }));
    let options = [];
    const fill = (found) => {
      options = found;
      const at = one.get ? one.get() : null;
      control.replaceChildren(
        make("option", { value: "", textContent: "Choose …" }),
        ...options.map((o, k) =>
          make("option", { value: String(k), textContent: o.gloss ? `${o.label} – ${o.gloss}` : o.label }),
        ),
      );
      one.set(at);
    };
    const { help, notes } = around(block, id, control);
    const node = make("div", { className: "eq-field eq-choice" });
    node.append(label(block, id), help, control, notes);
    const one = { node, notes, focus: control };
    one.set = (value) => {
      const k = options.findIndex((o) => same(o.value, value));
      control.value = k < 0 ? "" : String(k);
    };
    fill(block.options || []);
    one.get = () => (control.value === "" ? null : options[Number(control.value)].value);
    one.update = (next) => { if (!same(next.options, options)) fill(next.options || []); };
    return one;
  };

  const group = (block, id) => {
    const many = block.kind === "many";
    const set = make("fieldset", { className: `eq-field eq-group${block.across ? " eq-across" : ""}` });
    const legend = make("legend", {}, block.label, block.about ? hidden(`: ${block.about}`) : null);
    if (block.required) legend.append(make("span", { className: "eq-required", textContent: " (required)" }));
    const { help, notes } = around(block, id, set);
    set.removeAttribute("aria-required");
    const boxes = (block.options || []).map((option, k) => {
      const box = listening(make("input", { type: many ? "checkbox" : "radio", name: id, id: `${id}-${k}` }));
      const words = make("label", { htmlFor: box.id }, option.label);
      if (option.gloss) words.append(make("span", { className: "eq-gloss", textContent: option.gloss }));
      return { box, value: option.value, node: make("div", { className: "eq-option" }, box, words) };
    });
    const list = make("div", { className: "eq-options" }, ...boxes.map((b) => b.node));
    set.append(legend, help, list);
    if (block.action) {
      const button = make("button", { type: "button", className: "eq-button" }, block.action.label);
      button.append(hidden(`: ${block.label}`));
      button.addEventListener("click", () => press(block.action.id));
      set.append(button);
    }
    // What was chosen can be taken back: by the Delete key, so that Tab has no more stops than answers.
    const none = () => {
      for (const b of boxes) b.box.checked = false;
      send();
      mark();
    };
    const clear = make("button", { type: "button", className: "eq-clear", tabIndex: -1 }, "Clear (Delete)", hidden(`: ${block.label}`));
    clear.addEventListener("click", none);
    list.addEventListener("keydown", (event) => {
      if (["Delete", "Backspace"].includes(event.key) && !clear.hidden) none();
    });
    const mark = () => { clear.hidden = many || !!block.action || !boxes.some((b) => b.box.checked); };
    set.addEventListener("change", mark);
    mark();
    set.append(clear, notes);
    return {
      node: set, notes, focus: boxes.length ? boxes[0].box : set, whole: true,
      get: () => {
        const on = boxes.filter((b) => b.box.checked).map((b) => b.value);
        return many ? (on.length ? on : null) : on.length ? on[0] : null;
      },
      set: (value) => {
        for (const b of boxes)
          b.box.checked = many ? (value || []).some((v) => same(v, b.value)) : value !== null && value !== undefined && same(b.value, value);
        mark();
      },
    };
  };

  const tick = (block, id) => {
    const box = listening(make("input", { type: "checkbox", id }));
    const { help, notes } = around(block, id, box);
    const words = make("label", { htmlFor: id }, block.label);
    const node = make("div", { className: "eq-field" });
    node.append(make("div", { className: "eq-option" }, box, words), help, notes);
    return { node, notes, focus: box, get: () => box.checked, set: (value) => { box.checked = !!value; } };
  };

  const file = (block, id) => {
    const control = make("input", { id, type: "file", accept: block.accept || "", className: "eq-input" });
    const { help, notes } = around(block, id, control);
    control.addEventListener("change", async () => {
      const chosen = control.files[0];
      if (chosen) model.send({ file: block.id, name: chosen.name, text: await chosen.text() });
      control.value = "";
    });
    const node = make("div", { className: "eq-field" });
    node.append(label(block, id), help, control, notes);
    return { node, notes, focus: control };
  };

  const list = (block, id) => {
    const count = make("p", { className: "eq-count", id, tabIndex: -1, role: "status" });
    const rows = make("ul", { className: "eq-rows" });
    const node = make("div", { className: "eq-list" }, count, rows);
    let known = null;
    const fill = (next) => {
      if (count.textContent !== next.label) count.textContent = next.label;
      if (same(known, next.rows)) return;
      known = next.rows;
      rows.replaceChildren(...next.rows.map(entry));
      rows.hidden = !next.rows.length;
    };
    const entry = (row) => {
      const words = make("div", { className: "eq-entry" }, make("strong", { textContent: row.name }));
      const more = make("div");
      more.innerHTML = row.html;
      words.append(more);
      const change = make("button", { type: "button", className: "eq-button" }, "Change", hidden(` ${row.name}`));
      change.addEventListener("click", () => press(`change ${row.id}`));
      const remove = make("button", { type: "button", className: "eq-button" }, "Remove", hidden(` ${row.name}`));
      let sure = false;
      remove.addEventListener("click", () => {
        if (sure) {
          press(`remove ${row.id}`);
          count.focus();
          return;
        }
        sure = true;
        remove.replaceChildren("Press again to remove", hidden(` ${row.name}`));
        spoken.textContent = `Press again to remove ${row.name}.`;
      });
      remove.addEventListener("blur", () => {
        sure = false;
        remove.replaceChildren("Remove", hidden(` ${row.name}`));
      });
      return make("li", {}, words, make("div", { className: "eq-buttons" }, change, remove));
    };
    fill(block);
    return { node, focus: count, update: fill };
  };

  const words = (block) => {
    const node = make(block.kind === "legend" ? "h4" : "div");
    const fill = (next) => {
      if (block.kind === "legend") node.textContent = next.label;
      else node.innerHTML = next.html;
    };
    fill(block);
    return { node, update: (next) => { if (!same(next, block)) fill((block = next)); } };
  };

  const KINDS = {
    text: line, long: line, number: line, date: line, choice, radio: group, many: group,
    tick, file, list, html: words, legend: words,
  };

  // ---------------------------------------------------------------- what Python says

  const fixed = ({ notes, options, rows, html, ...rest }, one) =>
    JSON.stringify(one?.whole || rest.kind === "radio" || rest.kind === "many" ? { ...rest, options } : rest.kind === "list" || rest.kind === "legend" ? { kind: rest.kind } : rest);

  const noted = (one, notes) => {
    if (!one.notes) return;
    const text = (notes || []).join("\n");
    if (one.told === text) return;
    one.told = text;
    one.notes.replaceChildren(...(notes || []).map((note) => make("p", { textContent: note })));
  };

  const lay = () => {
    const blocks = model.get("blocks");
    const value = model.get("value");
    const wanted = new Set(blocks.map((block) => block.id));
    for (const [id, one] of shown)
      if (!wanted.has(id)) {
        one.node.remove();
        shown.delete(id);
      }
    blocks.forEach((block, k) => {
      let one = shown.get(block.id);
      const print = fixed(block, one);
      if (one && one.print !== print) {
        one.node.remove();
        one = null;
      }
      if (!one) {
        one = KINDS[block.kind](block, `${own}-${++serial}`);
        one.print = print;
        shown.set(block.id, one);
        if (one.set) one.set(value[block.id]);
      } else if (one.update) one.update(block);
      if (body.children[k] !== one.node) body.insertBefore(one.node, body.children[k] || null);
      noted(one, block.notes);
    });
  };

  const fill = () => {
    const value = model.get("value");
    for (const [id, one] of shown)
      if (one.set && id in value && !same(one.get(), value[id]) && String(one.get() ?? "") !== String(value[id] ?? ""))
        one.set(value[id]);
  };

  const press_all = () => {
    const told = model.get("buttons");
    if (same(buttons.told, told)) return;
    buttons.told = told;
    buttons.replaceChildren(
      ...told.map(({ id, label: words }) => {
        const button = make("button", { type: "button", className: "eq-button", textContent: words });
        button.addEventListener("click", () => press(id));
        return button;
      }),
    );
  };

  const html = (node, name) => {
    if (node.told === model.get(name)) return false;
    node.innerHTML = node.told = model.get(name);
    return true;
  };
  const follow = (names, what) => {
    for (const name of names.split(" ")) model.on(`change:${name}`, what);
    what();
  };

  follow("title", () => { title.textContent = model.get("title"); });
  follow("intro", () => html(intro, "intro"));
  follow("blocks", lay);
  follow("value", fill);
  follow("buttons", press_all);
  const tell = () => {
    if (status.textContent !== model.get("status")) status.textContent = model.get("status");
  };
  follow("status", tell);
  model.on("change:heard", () => {
    clearTimeout(unheard);
    tell();
  });
  model.on("change:taken", go);
  let first = true;
  follow("after", () => {
    if (html(after, "after") && !first) spoken.textContent = after.querySelector("p, ul")?.textContent ?? "";
    first = false;
  });
  model.on("msg:custom", (told) => {
    if (told.focus) shown.get(told.focus)?.focus?.focus();
    if (told.download) {
      const bytes = Uint8Array.from(atob(told.download.base64), (letter) => letter.charCodeAt(0));
      const link = make("a", {
        href: URL.createObjectURL(new Blob([bytes], { type: told.download.type })),
        download: told.download.name,
      });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    }
  });
  const leave = () => { if (waiting) send(); };
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", leave);
  return () => {
    leave();
    clearTimeout(unheard);
    window.removeEventListener("pagehide", leave);
    document.removeEventListener("visibilitychange", leave);
  };
}

export default { render };
