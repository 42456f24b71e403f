// Charts are drawn by the server; the browser follows the pointer: what a point says, which points are selected, and files.
window.gatehouseCharts = (function () {
  let tip;

  function show(plot, data, at, event) {
    tip ??= document.body.appendChild(Object.assign(document.createElement('div'), { className: 'tip' }));
    tip.replaceChildren();
    const line = (colour, name, value) => {
      const row = document.createElement('div');
      if (colour) {
        const mark = document.createElement('b');
        mark.className = 'sw';
        mark.style.background = colour;
        row.append(mark);
      }
      const label = document.createElement('span');
      label.textContent = name;
      row.append(label);
      if (value !== undefined) {
        const number = document.createElement('span');
        number.className = 'num';
        number.textContent = value;
        row.append(number);
      }
      tip.append(row);
    };
    line(null, data.t[at]);
    let count = 0;
    for (const series of data.s) {
      if (series.v[at] !== null && series.v[at] !== undefined) {
        line(series.c, series.n, series.v[at]);
        count++;
      }
    }
    if (data.b?.[at]) {
      line('var(--gh-text-3)', data.bn, data.b[at]);
    } else if (count === 0) {
      line(null, 'nothing');
    }
    tip.hidden = false;
    const width = tip.offsetWidth;
    const left = event.clientX + 14 + width > innerWidth ? event.clientX - 14 - width : event.clientX + 14;
    tip.style.left = `${Math.max(4, left)}px`;
    tip.style.top = `${Math.max(4, Math.min(innerHeight - tip.offsetHeight - 4, event.clientY + 12))}px`;
  }

  function hide() {
    if (tip) {
      tip.hidden = true;
    }
  }

  function band(plot, first, last) {
    const element = plot.querySelector('.band');
    const points = Number(plot.dataset.n);
    element.style.left = `${100 * first / points}%`;
    element.style.width = `${100 * (last - first + 1) / points}%`;
  }

  return {
    watch(plot, target, canPick) {
      // The chart may be gone before this was asked.
      if (!plot) {
        return { dispose() {} };
      }
      let raw;
      let data;
      let start = null;
      const read = () => {
        if (raw !== plot.dataset.points) {
          raw = plot.dataset.points;
          data = JSON.parse(raw);
        }
        return data;
      };
      const at = (event) => {
        const box = plot.getBoundingClientRect();
        const points = Number(plot.dataset.n);
        return Math.max(0, Math.min(points - 1, Math.floor((event.clientX - box.left) / box.width * points)));
      };
      const move = (event) => {
        const point = at(event);
        if (start === null) {
          band(plot, point, point);
          plot.classList.add('hot');
        } else {
          band(plot, Math.min(start, point), Math.max(start, point));
        }
        show(plot, read(), point, event);
      };
      const leave = () => {
        if (start === null) {
          plot.classList.remove('hot');
          hide();
        }
      };
      const down = (event) => {
        if (canPick && event.button === 0) {
          start = at(event);
          plot.setPointerCapture(event.pointerId);
          plot.dataset.series = event.target.dataset?.s ?? '-1';
        }
      };
      const up = (event) => {
        if (start === null) {
          return;
        }
        const end = at(event);
        const first = Math.min(start, end);
        const last = Math.max(start, end);
        start = null;
        hide();
        plot.classList.toggle('held', first !== last);
        target.invokeMethodAsync('OnPick', first, last, Number(plot.dataset.series)).catch(() => {});
      };
      const cancel = () => {
        start = null;
        leave();
      };
      plot.addEventListener('pointermove', move);
      plot.addEventListener('pointerleave', leave);
      plot.addEventListener('pointerdown', down);
      plot.addEventListener('pointerup', up);
      plot.addEventListener('pointercancel', cancel);
      plot.classList.toggle('can', canPick);
      return {
        dispose() {
          hide();
          plot.removeEventListener('pointermove', move);
          plot.removeEventListener('pointerleave', leave);
          plot.removeEventListener('pointerdown', down);
          plot.removeEventListener('pointerup', up);
          plot.removeEventListener('pointercancel', cancel);
        },
      };
    },

    unselect(plot) {
      plot?.classList?.remove('held', 'hot');
    },

    download(name, text, type) {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([text], { type: `${type ?? 'text/csv'};charset=utf-8` }));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    },
  };
})();
