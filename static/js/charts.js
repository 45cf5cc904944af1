/* Charts: draws every figure[data-chart] out of its own JSON with ECharts, which is fetched when the first one comes
   into view. Colours are those of the theme (static/css/charts.css), numbers those of the page's language; the same
   figures stand in a table below for everybody who does not look. ECharts' own tooltip and legend write styles into
   markup, which the content security policy refuses, so both are ours. */
(() => {
  const LIBRARY = document.currentScript.dataset.library;
  const DASHES = ["solid", [8, 4], [3, 3], [8, 3, 2, 3], [12, 3], [2, 5]];
  const FEW_POINTS = 32, MOST_STEPS = 6, FEW_BARS = 7, NAME_WIDTH = 44;
  const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 2880, 7200, 14400];
  const language = document.documentElement.lang || "en";
  const drawings = new Map();

  let library = null;
  const load = () => library ??= new Promise((loaded, failed) => {
    const script = Object.assign(document.createElement("script"), { src: LIBRARY, onload: loaded, onerror: failed });
    document.head.append(script);
  });

  // ---- numbers as people read them --------------------------------------------------------------
  const format = (options) => { const form = new Intl.NumberFormat(language, options); return (number) => form.format(number); };
  const whole = format({ maximumFractionDigits: 2 });
  const fen = format({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const compact = format({ notation: "compact", maximumFractionDigits: 1 });
  const inMinutes = format({ style: "unit", unit: "minute", maximumFractionDigits: 1 });
  const inHours = format({ style: "unit", unit: "hour", maximumFractionDigits: 1 });
  const time = (number) => (Math.abs(number) < 120 ? inMinutes(number) : inHours(number / 60));
  const signed = (number, text) => `${number < 0 ? "-" : ""}${text}`;

  function reading(unit, symbol, short) {
    if (unit === "money") return (number) => signed(number, symbol + (short ? compact : fen)(Math.abs(number)));
    if (unit === "percent") return (number) => `${whole(number)}${language.startsWith("zh") ? "" : " "}%`;
    if (unit === "minutes") return time;
    return short ? compact : whole;
  }

  // ---- one drawing ------------------------------------------------------------------------------
  const number = (value) => (value === null ? null : Number(value));
  const make = (name, parent) => { const element = document.createElement("div"); element.className = name; parent?.append(element); return element; };

  class Drawing {
    constructor(figure) {
      this.figure = figure;
      this.plot = figure.querySelector("[data-chart-plot]");
      this.about = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
      this.keys = [...figure.querySelectorAll(".chart-key")];
      this.toggles = [...figure.querySelectorAll("[data-chart-toggle]")];
      this.x = this.about.xUnit ? this.about.x.map(Number) : this.about.x;
      this.canvas = make("", this.plot);
      this.fill();
      this.chart = echarts.init(this.canvas, null, { renderer: "canvas" });
      this.guide = make("chart-guide", this.plot);
      this.tip = make("chart-tip", this.plot);
      this.hide();
      if (this.about.mark) this.drawMark();
      this.plot.addEventListener("pointermove", (event) => this.point(event));
      this.plot.addEventListener("pointerdown", (event) => this.point(event));
      this.plot.addEventListener("pointerleave", () => this.hide());
      this.resizing = new ResizeObserver(() => { this.fill(); this.chart.resize(); this.draw(); });
      this.resizing.observe(this.plot);
      this.draw();
    }

    // ECharts measures its element and finds nothing in one that has no size of its own.
    fill() {
      this.canvas.style.width = `${this.plot.clientWidth}px`;
      this.canvas.style.height = `${this.plot.clientHeight}px`;
    }

    draw() {
      const { about } = this;
      const style = getComputedStyle(this.plot);
      this.colours = this.keys.map((key) => getComputedStyle(key).color);
      const text = { color: style.color, fontFamily: style.fontFamily, fontSize: 12 };
      const line = { lineStyle: { color: style.borderTopColor } };
      const axis = { axisLabel: { ...text, hideOverlap: true }, axisLine: line, axisTick: { show: false }, splitLine: { show: false } };
      const numbers = { type: "value", min: this.x[0], max: this.x.at(-1), axisLabel: { ...axis.axisLabel, formatter: reading(about.xUnit, about.symbol, true) } };
      const labels = { type: "category", data: this.x, boundaryGap: about.kind === "bar", axisLabel: { ...axis.axisLabel, ...this.wrapped() } };
      this.chart.setOption({
        animation: false,
        textStyle: text,
        grid: { left: 8, right: 16, top: 12, bottom: 8, containLabel: true },
        xAxis: { ...axis, ...(about.xUnit ? numbers : labels) },
        yAxis: { ...axis, ...this.upright(), type: "value", axisLine: { show: false }, splitLine: { show: true, ...line }, axisLabel: { ...text, formatter: reading(about.unit, about.symbol, true) } },
        series: [...about.series.map((series, index) => this.series(series, index)).filter((_, index) => this.isShown(index)), ...this.level()],
      }, { notMerge: true });
      this.place();
    }

    // A few bars, or more where there is room, have their whole names under them, in lines.
    wrapped() {
      const width = (this.plot.clientWidth - 64) / this.x.length - 8;
      if (this.about.kind !== "bar" || (this.x.length > FEW_BARS && width < NAME_WIDTH)) return {};
      return { interval: 0, hideOverlap: false, overflow: "break", width };
    }

    isShown(index) {
      return this.toggles[index].getAttribute("aria-pressed") === "true";
    }

    // Steps that the unit knows: no half tickets, no 3.3 hours, and shares near 100 % told apart.
    upright() {
      const { unit, kind, series, level } = this.about;
      if (unit === "count") return { minInterval: 1 };
      if (unit === "percent") return { max: 100, scale: kind === "line" };
      if (unit !== "minutes") return {};
      const highest = Math.max(...series.flatMap(({ values }) => values.map(Number)), Number(level?.value ?? 0));
      return { interval: TIME_STEPS.find((step) => highest / step <= MOST_STEPS) };
    }

    data(values) {
      return this.about.xUnit ? values.map((value, index) => [this.x[index], number(value)]) : values.map(number);
    }

    series({ name, values }, index) {
      const { kind, stacked } = this.about;
      const colour = this.colours[index];
      const common = { name, type: kind, data: this.data(values), color: colour, silent: true, stack: stacked ? "all" : undefined };
      if (kind === "bar") return { ...common, barMaxWidth: 28, itemStyle: { borderRadius: stacked ? 0 : [3, 3, 0, 0] } };
      return {
        ...common,
        lineStyle: { color: colour, width: 2.25, type: DASHES[index] },
        areaStyle: stacked ? { color: colour, opacity: 0.25 } : undefined,
        showSymbol: values.length <= FEW_POINTS && !this.about.xUnit, symbol: "circle", symbolSize: 5, emphasis: { disabled: true },
      };
    }

    level() {
      if (!this.about.level) return [];
      const colour = this.colours.at(-1);
      const data = this.data(this.x.map(() => this.about.level.value));
      return [{ name: this.about.level.name, type: "line", data, silent: true, symbol: "none", color: colour, lineStyle: { color: colour, width: 1.5, type: [4, 4] } }];
    }

    // ---- over the drawing -----------------------------------------------------------------------
    drawMark() {
      this.mark = make("chart-mark", this.plot);
      make("chart-mark-name", this.mark).textContent = this.about.mark.name;
    }

    frame() {
      return this.chart.getModel().getComponent("grid", 0).coordinateSystem.getRect();
    }

    across(x) {
      return this.chart.convertToPixel({ xAxisIndex: 0 }, x);
    }

    stand(element, left) {
      const frame = this.frame();
      Object.assign(element.style, { left: `${left}px`, top: `${frame.y}px`, height: `${frame.height}px` });
    }

    place() {
      this.hide();
      if (!this.mark) return;
      const left = this.across(this.about.xUnit ? Number(this.about.mark.at) : this.about.mark.at);
      this.mark.hidden = !Number.isFinite(left);
      this.mark.classList.toggle("chart-mark-left", left > this.plot.clientWidth / 2);
      this.stand(this.mark, left);
    }

    hide() {
      this.guide.hidden = this.tip.hidden = true;
    }

    point(event) {
      const box = this.plot.getBoundingClientRect();
      const index = this.nearest(event.clientX - box.left);
      if (index === null) { this.hide(); return; }
      const left = this.across(this.about.xUnit ? this.x[index] : index);
      this.guide.hidden = this.tip.hidden = false;
      this.stand(this.guide, left);
      this.tell(index);
      const beside = left + 12 + this.tip.offsetWidth > box.width ? left - 12 - this.tip.offsetWidth : left + 12;
      this.tip.style.transform = `translate(${Math.max(beside, 0)}px, ${this.frame().y}px)`;
    }

    nearest(pixel) {
      const frame = this.frame();
      if (pixel < frame.x - 8) return null;
      const at = this.chart.convertFromPixel({ xAxisIndex: 0 }, pixel);
      if (!this.about.xUnit) return Math.min(Math.max(Math.round(at), 0), this.x.length - 1);
      return this.x.reduce((best, x, index) => (Math.abs(x - at) < Math.abs(this.x[best] - at) ? index : best), 0);
    }

    tell(index) {
      const { about } = this;
      const value = reading(about.unit, about.symbol, false);
      const head = make("chart-tip-head");
      head.textContent = about.xUnit ? reading(about.xUnit, about.symbol, false)(this.x[index]) : this.x[index];
      const lines = about.series.map(({ name, values }, position) => [position, name, number(values[index])]).filter(([position]) => this.isShown(position));
      if (about.level) lines.push([about.series.length, about.level.name, number(about.level.value)]);
      this.tip.replaceChildren(head, ...lines.map(([position, name, amount]) => this.row(position, name, amount === null ? "–" : value(amount))));
    }

    row(position, name, amount) {
      const row = make("chart-tip-row");
      row.append(this.keys[position].cloneNode(true), name, Object.assign(document.createElement("b"), { textContent: amount }));
      return row;
    }

    remove() {
      this.resizing.disconnect();
      this.chart.dispose();
    }
  }

  // Which lines a chart leaves out stays so when a fragment brings it again.
  const hidden = new Map();
  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-chart-toggle]");
    if (!toggle) return;
    const figure = toggle.closest("[data-chart]");
    const shown = toggle.getAttribute("aria-pressed") === "true";
    if (shown && figure.querySelectorAll("[data-chart-toggle][aria-pressed=true]").length === 1) return;
    toggle.setAttribute("aria-pressed", String(!shown));
    hidden.set(nameOf(figure), [...figure.querySelectorAll("[data-chart-toggle][aria-pressed=false]")].map((one) => one.textContent));
    drawings.get(figure)?.draw();
  });
  const nameOf = (figure) => figure.querySelector(".chart-title").textContent;

  function rememberHidden(figure) {
    const names = hidden.get(nameOf(figure)) ?? [];
    const toggles = [...figure.querySelectorAll("[data-chart-toggle]")];
    if (toggles.every((toggle) => names.includes(toggle.textContent))) return;
    toggles.filter((toggle) => names.includes(toggle.textContent)).forEach((toggle) => toggle.setAttribute("aria-pressed", "false"));
  }

  // ---- when to draw -----------------------------------------------------------------------------
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      seen.unobserve(entry.target);
      load().then(() => {
        if (entry.target.isConnected && !drawings.has(entry.target)) drawings.set(entry.target, new Drawing(entry.target));
      }, () => { library = null; });
    }
  }, { rootMargin: "200px" });

  function watch(root) {
    for (const [figure, drawing] of drawings) {
      if (!figure.isConnected) { drawing.remove(); drawings.delete(figure); }
    }
    const plots = [...(root.querySelectorAll?.("[data-chart-plot]") ?? [])];
    plots.map((plot) => plot.closest("[data-chart]")).forEach((figure) => { rememberHidden(figure); seen.observe(figure); });
  }

  const redraw = () => drawings.forEach((drawing) => drawing.draw());
  document.addEventListener("portal:theme", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(redraw));
  document.addEventListener("htmx:load", (event) => watch(event.detail.elt.parentElement ?? event.detail.elt));
  watch(document);
})();
