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

  // 'light', 'dark' or 'system', as the person chose.
  themeChoice() {
    return /(?:^|; )gh-theme=(light|dark)/.exec(document.cookie)?.[1] ?? 'system';
  },

  theme() {
    return document.documentElement.dataset.theme || 'light';
  },

  // The cookie lets the server draw the next page in the right colours at once; following the system needs none.
  setTheme(choice) {
    document.cookie = choice === 'system'
      ? 'gh-theme=; path=/; max-age=0; samesite=strict'
      : `gh-theme=${choice}; path=/; max-age=31536000; samesite=strict`;
    document.documentElement.dataset.theme = choice === 'system' ? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light') : choice;
    return gatehouse.theme();
  },

  watchTheme(target) {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const handler = () => {
      if (gatehouse.themeChoice() === 'system') {
        target.invokeMethodAsync('OnSystemTheme', gatehouse.setTheme('system') === 'dark');
      }
    };
    query.addEventListener('change', handler);
    return { dispose: () => query.removeEventListener('change', handler) };
  },

  timeZone() {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  },

  // Keys of the request list: arrows move, Enter opens, x picks for a comparison, Space pauses, / focuses the filter.
  listenKeys(target) {
    const handler = (event) => {
      const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
      const key = event.key;
      if (typing) {
        if (key === 'Escape') {
          event.target.blur();
        }
        return;
      }
      if (document.querySelector('dialog[open], .mud-popover-open')) {
        return;
      }
      if (['ArrowDown', 'ArrowUp', 'Enter', ' ', '/', 'Escape', 'j', 'k', 'x'].includes(key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
        if (event.target.tagName === 'BUTTON' || event.target.tagName === 'A') {
          if (key === 'Enter' || key === ' ') {
            return;
          }
        }
        event.preventDefault();
        // At once and here: what is typed next must land in the field already.
        if (key === '/') {
          gatehouse.focus('[data-testid=filter]');
          return;
        }
        target.invokeMethodAsync('OnKey', key);
      }
    };
    document.addEventListener('keydown', handler);
    return { dispose: () => document.removeEventListener('keydown', handler) };
  },

  // A paused page holds everything that moves by itself.
  setPaused(isPaused) {
    if (isPaused) {
      document.documentElement.dataset.paused = 'true';
    } else {
      delete document.documentElement.dataset.paused;
    }
  },

  // Tells when a scrolled list leaves its top and when it is back there.
  watchTop(element, target) {
    let wasAtTop = true;
    const handler = () => {
      const isAtTop = element.scrollTop < 4;
      if (isAtTop !== wasAtTop) {
        wasAtTop = isAtTop;
        target.invokeMethodAsync('OnTop', isAtTop);
      }
    };
    element.addEventListener('scroll', handler, { passive: true });
    return { dispose: () => element.removeEventListener('scroll', handler) };
  },

  toTop(element) {
    element.scrollTop = 0;
  },

  showRow(id) {
    document.querySelector(`tr[data-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'nearest' });
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

  // Brings a part of the page into view and puts the cursor there.
  show(selector) {
    const part = document.querySelector(selector);
    part?.scrollIntoView({ block: 'center' });
    part?.focus({ preventScroll: true });
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
  // How long nothing has been heard of a call: silent at first, then a number, amber once it looks like a stall.
  for (const cell of document.querySelectorAll('[data-gap]')) {
    const seconds = (Date.now() - Number(cell.dataset.gap)) / 1000;
    cell.textContent = seconds < 2 ? '' : `silent ${seconds.toFixed(0)}\u202fs`;
    cell.className = seconds < 10 ? 'gap-time' : 'gap-time stalled';
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

// A link inside a menu leads away from it, without a new page; the menu must not stay.
document.addEventListener('click', (event) => event.target.closest('[popover] a')?.closest('[popover]').hidePopover());
