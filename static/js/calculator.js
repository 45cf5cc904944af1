/* The calculator's slider: its stops grow with the amount, and it and the number field show the same. */
(() => {
  const money = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 0 });

  for (const slider of document.querySelectorAll("[data-usage-slider]")) {
    const field = document.getElementById(slider.dataset.usageSlider);
    const stops = slider.dataset.stops.split(" ").map(Number);

    const show = () => {
      const amount = Number(field.value.replace(/[^\d.]/g, ""));
      const beyond = stops.findIndex((stop) => stop >= amount);
      slider.value = beyond < 0 ? stops.length - 1 : beyond;
      slider.setAttribute("aria-valuetext", `¥${money.format(stops[slider.value])}`);
    };
    slider.addEventListener("input", () => {
      field.value = stops[slider.value];
      slider.setAttribute("aria-valuetext", `¥${money.format(stops[slider.value])}`);
    });
    field.addEventListener("input", show);
    show();
  }
})();
