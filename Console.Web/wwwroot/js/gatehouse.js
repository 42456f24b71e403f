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
      // The keys of every page come first: the k of "g k" is not the k of this list.
      if (event.defaultPrevented || (!gatehouseKeys.isOn() && /^[a-z/]$/.test(event.key))) {
        return;
      }
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
        target.invokeMethodAsync('OnKey', key).catch(() => {});
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

  // Tells when a scrolled list leaves its top and when it is back there, and asks for more rows before its end is reached.
  watchEnds(element, target) {
    // The page may have been left before this was asked.
    if (!element) {
      return { dispose() {} };
    }
    let wasAtTop = true;
    let isAsking = false;
    const ask = async () => {
      if (isAsking || element.scrollHeight - element.scrollTop - element.clientHeight > 3000 || element.scrollTop < 4) {
        return;
      }
      isAsking = true;
      const hasMore = await target.invokeMethodAsync('OnBottom').catch(() => false);
      isAsking = false;
      if (hasMore) {
        // The rows are drawn by now; somebody who scrolls fast may be at their end again.
        requestAnimationFrame(ask);
      }
    };
    const handler = () => {
      const isAtTop = element.scrollTop < 4;
      if (isAtTop !== wasAtTop) {
        wasAtTop = isAtTop;
        target.invokeMethodAsync('OnTop', isAtTop).catch(() => {});
      }
      ask();
    };
    element.addEventListener('scroll', handler, { passive: true });
    return { dispose: () => element.removeEventListener('scroll', handler) };
  },

  toTop(element) {
    element?.scrollTo(0, 0);
  },

  showRow(id) {
    document.querySelector(`tr[data-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'nearest' });
  },

  // The keyboard is on this row: so is the focus, and what reads the page aloud.
  focusRow(id) {
    const row = document.querySelector(`tr[data-id="${CSS.escape(id)}"]`);
    row?.scrollIntoView({ block: 'nearest' });
    row?.focus({ preventScroll: true });
  },

  showModal(dialog) {
    // It may have been closed before it was to be shown.
    dialog?.showModal();
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

  // Marks a line of a text area from a column on and scrolls it into view. Both count from 1.
  selectLine(id, line, column) {
    const area = document.getElementById(id);
    const lines = area.value.split('\n');
    const start = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0);
    const text = lines[line - 1] ?? '';
    area.focus();
    area.setSelectionRange(start + Math.min(column - 1, text.length), start + text.length);
    area.scrollTop = (line - 4) * parseFloat(getComputedStyle(area).lineHeight);
    area.scrollIntoView({ block: 'nearest' });
  },

  // A file that is dropped on a text area is taken as if it had been chosen; what is pasted counts at once.
  takeFiles(areaId, inputId) {
    const area = document.getElementById(areaId);
    const input = document.getElementById(inputId);
    area?.addEventListener('dragover', (event) => event.preventDefault());
    area?.addEventListener('drop', (event) => {
      if (event.dataTransfer.files.length > 0) {
        event.preventDefault();
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
      }
    });
    area?.addEventListener('paste', () => setTimeout(() => area.dispatchEvent(new Event('change', { bubbles: true }))));
  },

  // What is typed and not saved, for this tab only.
  keepDraft(key, text) {
    try {
      sessionStorage.setItem(key, text);
    } catch {
      // A full or forbidden store loses a draft, nothing else.
    }
  },

  readDraft(key) {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  },

  dropDraft(key) {
    try {
      sessionStorage.removeItem(key);
    } catch {
      // There is none then.
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
  let knocking;
  let isOffline = false;
  let isLost = false;
  const say = (text) => (document.getElementById('reconnect-text').textContent = text);
  const close = () => {
    clearTimeout(timer);
    timer = null;
    clearInterval(knocking);
    knocking = null;
    dialog.close();
  };
  // The framework waits longer after each try, half a minute in the end. Whether the server is back can be asked more often.
  const knock = () => {
    knocking ??= setInterval(async () => {
      if (await fetch('healthz', { cache: 'no-store' }).then((answer) => answer.ok, () => false) && knocking) {
        clearInterval(knocking);
        knocking = null;
        if (!(await Blazor.reconnect().catch(() => false))) {
          reload();
        }
      }
    }, 1000);
  };
  const open = () => {
    if (!dialog.open && !timer) {
      timer = setTimeout(() => {
        timer = null;
        dialog.showModal();
      }, 1000);
    }
  };
  // The server has forgotten this page, and what was typed is kept as a draft: the browser's question about leaving would only hold up what
  // comes back. The framework asks for it; this listener is older than any of the framework's.
  let isReloading = false;
  window.addEventListener('beforeunload', (event) => isReloading && event.stopImmediatePropagation());
  const reload = () => {
    isReloading = true;
    location.reload();
  };
  const noNetwork = 'This computer has no network. The page goes on when it is back.';
  const reconnecting = 'The gateway is not affected; only this page cannot reach it. Reconnecting…';
  dialog.addEventListener('components-reconnect-state-changed', (event) => {
    const { state, secondsToNextAttempt } = event.detail;
    isLost = state !== 'hide';
    if (state === 'hide') {
      close();
    } else if (state === 'rejected' || state === 'resume-failed') {
      // The server does not know this page any more: it was restarted.
      reload();
    } else {
      say(isOffline ? noNetwork : state === 'failed' ? 'The server cannot be reached. Is it running?'
        : secondsToNextAttempt > 0 ? `${reconnecting.slice(0, -1)} in ${secondsToNextAttempt}\u202fs.` : reconnecting);
      open();
      knock();
    }
  });
  // A cable that is out is known here long before the silence of the server is.
  window.addEventListener('offline', () => {
    isOffline = true;
    say(noNetwork);
    open();
  });
  window.addEventListener('online', () => {
    if (!isOffline) {
      return;
    }
    isOffline = false;
    // The network is back; whether the page's connection has outlived the pause only the framework knows.
    if (isLost) {
      say(reconnecting);
      knock();
    } else {
      close();
    }
  });
  dialog.addEventListener('cancel', (event) => event.preventDefault());
  dialog.addEventListener('click', async (event) => {
    const act = event.target.dataset?.reconnect;
    if (act === 'reload' || (act === 'retry' && !(await Blazor.reconnect().catch(() => false)))) {
      reload();
    }
  });
})();

// A link inside a menu leads away from it, without a new page; the menu must not stay.
document.addEventListener('click', (event) => event.target.closest('[popover] a')?.closest('[popover]').hidePopover());
