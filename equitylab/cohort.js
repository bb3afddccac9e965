(() => {
  const whole = document.getElementById("wall"), status = document.getElementById("said");
  let sign = whole.dataset.sign;
  window.equitylabWall = (now) => {
    if (now.sign === sign) return;
    sign = now.sign;
    for (const [id, [mark, html]] of Object.entries(now.parts)) {
      const part = document.getElementById(id);
      if (!part || part.dataset.sign === mark) continue;
      const walk = () => [...part.querySelectorAll("[tabindex]")];
      const held = walk().indexOf(document.activeElement);
      part.innerHTML = html;
      part.dataset.sign = mark;
      if (held >= 0) walk()[held]?.focus({preventScroll: true});
    }
    if (status.textContent !== now.said) status.textContent = now.said;
  };
  setInterval(() => {
    if (document.hidden) return;
    const next = document.createElement("script");
    next.src = "wall.js?" + Date.now();
    next.onload = next.onerror = () => next.remove();
    document.head.append(next);
  }, 3000);
})();
