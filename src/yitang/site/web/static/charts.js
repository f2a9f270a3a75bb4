// A series drawn anew from the table that is already in the page: every value within reach of the
// pointer, drawn to the width there is. Without this file the server's picture and the table stand.
(() => {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(name).trim();
  const ink = token("--ink"), muted = token("--muted"), line = token("--line");
  const brand = token("--brand"), soon = token("--soon"), card = token("--card");
  const font = getComputedStyle(document.body).fontFamily;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const rowsOf = (figure) =>
    [...figure.querySelectorAll("tbody tr")].map((row, turn) => ({
      label: row.cells[0].textContent.trim(),
      text: row.cells[1].firstChild.textContent.trim(),
      doubt: row.dataset.doubted || "",
      value: [row.dataset.at ? Number(row.dataset.at) : turn, Number(row.dataset.value)],
    }));

  const optionOf = (rows, unit) => {
    const last = rows.length - 1;
    const inTime = rows.every((row) => row.value[0] > 1000);
    // Whole years stand at their own mark; where months are told apart, a mark is a New Year's Day.
    const hasMonths = inTime && rows.some((row) => !Number.isInteger(row.value[0]));
    if (hasMonths) rows.forEach((row) => (row.value[0] += 1));
    return {
      animation: !calm.matches,
      animationDuration: 240,
      textStyle: { fontFamily: font, color: ink },
      grid: { left: 28, right: 36, top: 34, bottom: 24 },
      xAxis: {
        type: "value",
        min: Math.floor(rows[0].value[0]),
        max: rows[last].value[0],
        interval: Math.max(1, Math.ceil((rows[last].value[0] - rows[0].value[0]) / 10)),
        axisLine: { lineStyle: { color: line } },
        axisTick: { show: false },
        splitLine: { show: false },
        axisLabel: {
          color: muted,
          fontSize: 12,
          hideOverlap: true,
          showMaxLabel: Number.isInteger(rows[last].value[0]),
          formatter: (at) => (inTime ? String(at) : rows[at]?.label ?? ""),
        },
      },
      yAxis: { type: "value", min: 0, show: false }, // the line begins and ends with its value
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        confine: true,
        backgroundColor: card,
        borderColor: line,
        textStyle: { color: ink, fontSize: 14, fontFamily: font },
        axisPointer: { lineStyle: { color: line } },
        formatter: ([hit]) => {
          const row = rows[hit.dataIndex];
          return `${row.label}\n${row.text} ${unit}${row.doubt ? `\n${row.doubt}` : ""}`;
        },
      },
      series: [
        {
          type: "line",
          symbol: "circle",
          symbolSize: 9,
          lineStyle: { color: brand, width: 2.5 },
          emphasis: { scale: 1.3, lineStyle: { width: 2.5 } },
          data: rows.map((row, turn) => ({
            value: row.value,
            itemStyle: row.doubt
              ? { color: card, borderColor: soon, borderWidth: 2 }
              : { color: brand },
            label: {
              show: turn === 0 || turn === last,
              formatter: row.text,
              position: "top",
              color: ink,
              fontWeight: 600,
              fontSize: 14,
              fontFamily: font,
            },
          })),
        },
      ],
    };
  };

  for (const figure of document.querySelectorAll("figure.enhanced")) {
    const rows = rowsOf(figure);
    const drawn = figure.querySelector(":scope > svg");
    if (rows.length < 2 || !drawn) continue;
    const canvas = document.createElement("div");
    canvas.className = figure.closest(".grid") ? "canvas" : "canvas tall";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", drawn.getAttribute("aria-label"));
    drawn.before(canvas);
    const chart = echarts.init(canvas, null, { renderer: "svg" });
    chart.setOption(optionOf(rows, figure.dataset.unit || ""));
    drawn.setAttribute("hidden", "");
    new ResizeObserver(() => chart.resize()).observe(canvas);
  }
})();
