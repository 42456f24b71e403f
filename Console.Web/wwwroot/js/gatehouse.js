// The few things a server-rendered page cannot do: clipboard, theme cookie, time zone, keys, reconnect dialog.
window.gatehouse = {
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // No clipboard on plain HTTP from another host: select and copy the old way.
      const area = document.createElement('textarea');
      area.value = text;
      area.style.position = 'fixed';
      area.style.opacity = '0';
      document.body.appendChild(area);
      area.select();
      const done = document.execCommand('copy');
      area.remove();
      return done;
    }
  },

  theme() {
    return document.documentElement.dataset.theme || 'light';
  },

  setTheme(theme) {
    document.documentElement.dataset.theme = theme;
    document.cookie = `gh-theme=${theme}; path=/; max-age=31536000; samesite=strict`;
  },

  timeZone() {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  },

  // Keys of the request list: arrows move, Enter opens, Space pauses, / focuses the filter.
  listenKeys(target) {
    const handler = (event) => {
      const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
      const key = event.key;
      if (typing && key !== 'Escape') {
        return;
      }
      if (['ArrowDown', 'ArrowUp', 'Enter', ' ', '/', 'Escape', 'j', 'k'].includes(key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
        if (event.target.tagName === 'BUTTON' || event.target.tagName === 'A') {
          if (key === 'Enter' || key === ' ') {
            return;
          }
        }
        event.preventDefault();
        target.invokeMethodAsync('OnKey', key);
      }
    };
    document.addEventListener('keydown', handler);
    return { dispose: () => document.removeEventListener('keydown', handler) };
  },

  showModal(dialog) {
    dialog.showModal();
  },

  // Opens every fold around a field of a form and puts the cursor into it; without a field of its own, into the nearest part above.
  reveal(path) {
    for (let parts = path.split('.'); parts.length > 0; parts.pop()) {
      const field = document.getElementById('f-' + parts.join('-'));
      if (field) {
        for (let fold = field.closest('details'); fold; fold = fold.parentElement.closest('details')) {
          fold.open = true;
        }
        field.focus();
        field.scrollIntoView({ block: 'center' });
        return;
      }
    }
  },

  focus(selector) {
    document.querySelector(selector)?.focus();
  },
};

// One timer for the page counts the seconds of running requests, so that the server need not.
setInterval(() => {
  if (document.documentElement.dataset.paused === 'true') {
    return;
  }
  for (const cell of document.querySelectorAll('[data-since]')) {
    const ms = Date.now() - Number(cell.dataset.since);
    cell.textContent = ms < 1000 ? `${Math.max(0, ms)}\u202fms` : `${(ms / 1000).toFixed(1)}\u202fs`;
  }
}, 100);

// The framework shows the dialog at once; a blink of a connection should not flash, so it waits a second.
(function () {
  const dialog = document.getElementById('components-reconnect-modal');
  if (!dialog) {
    return;
  }
  let timer;
  dialog.addEventListener('components-reconnect-state-changed', (event) => {
    const state = event.detail.state;
    clearTimeout(timer);
    dialog.dataset.state = state;
    if (state === 'hide') {
      dialog.close();
    } else if (state === 'rejected') {
      location.reload();
    } else if (!dialog.open) {
      timer = setTimeout(() => dialog.showModal(), 1000);
    }
  });
  dialog.querySelector('[data-reconnect]').addEventListener('click', async () => {
    if (!(await Blazor.reconnect())) {
      location.reload();
    }
  });
})();
