// Keys that work on every page, and the palette: its dialog opens, moves and closes here, so that no key waits for the server.
window.gatehouseKeys = (() => {
  const recentKey = 'gh-recent';
  const offKey = 'gh-keys';
  let server;
  let pending = false;
  let going = 0;
  let hint;

  const palette = () => document.getElementById('palette');
  const input = () => document.getElementById('palette-input');
  const list = () => document.getElementById('palette-list');
  const options = () => [...list().querySelectorAll('[role=option]')];
  const chosen = () => list().querySelector('[aria-selected=true]');
  const isOn = () => localStorage.getItem(offKey) !== 'off';
  // Nobody listens while the connection is lost; the dialog that says so is shown by then.
  const tell = (method, ...values) => server.invokeMethodAsync(method, ...values).catch(() => {});

  const recent = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(recentKey) ?? '[]');
      return Array.isArray(kept) ? kept.filter((href) => typeof href === 'string') : [];
    } catch {
      return [];
    }
  };

  // Where the person has been, as addresses only: names come from the server, so what is gone or renamed shows as it is now.
  const remember = () => {
    const href = location.pathname;
    if (href !== '/' && !href.endsWith('/new') && !href.includes('/new/')) {
      localStorage.setItem(recentKey, JSON.stringify([href, ...recent().filter((other) => other !== href)].slice(0, 12)));
    }
  };

  const choose = (option) => {
    for (const other of list().querySelectorAll('[aria-selected=true]')) {
      if (other !== option) {
        other.setAttribute('aria-selected', 'false');
      }
    }
    if (option) {
      option.setAttribute('aria-selected', 'true');
      input().setAttribute('aria-activedescendant', option.id);
      option.scrollIntoView({ block: 'nearest' });
    } else {
      input().removeAttribute('aria-activedescendant');
    }
  };

  const move = (by) => {
    const all = options();
    if (all.length > 0) {
      const at = all.indexOf(chosen());
      choose(all[at < 0 ? 0 : (at + by + all.length) % all.length]);
    }
  };

  const begin = () => tell('OnOpened', recent().filter((href) => href !== location.pathname));

  const open = () => {
    if (!palette() || palette().open) {
      return;
    }
    document.querySelector('[popover]:popover-open')?.hidePopover();
    input().value = '';
    pending = false;
    palette().showModal();
    input().focus();
    if (server) {
      begin();
    }
  };

  const openSheet = () => {
    const sheet = document.getElementById('keys-sheet');
    sheet.querySelector('[data-do=switch-keys]').checked = isOn();
    sheet.showModal();
  };

  // Enter may come before the answer to the last letter; it means the list that is on its way, not the old one.
  const isBehind = () => list().dataset.for !== input().value;

  const take = (option, newTab) => {
    if (!option) {
      return;
    }
    const act = option.dataset.do;
    if (newTab && option.href) {
      window.open(option.href, '_blank', 'noopener');
      palette().close();
    } else if (!act) {
      option.click();
    } else {
      run(act, option.dataset.text);
    }
  };

  const run = (act, text) => {
    palette().close();
    if (act === 'theme') {
      document.querySelector('[data-testid=theme]').click();
    } else if (act === 'copy') {
      gatehouse.copy(text).then((done) => tell('OnCopied', text, done));
    } else if (act === 'keys') {
      openSheet();
    } else if (act === 'sign-out') {
      document.querySelector('form[action="/logout"]').requestSubmit();
    }
  };

  const onPaletteKey = (event) => {
    if (event.isComposing) {
      return;
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (isBehind()) {
        pending = true;
      } else {
        take(chosen(), event.ctrlKey || event.metaKey);
      }
    }
  };

  const watch = () => {
    new MutationObserver((changes) => {
      // Only a new list moves the cursor; marking the chosen line is a change too.
      if (changes.some((change) => change.type === 'childList' || change.attributeName === 'data-for')) {
        choose(options()[0]);
        list().scrollTop = 0;
        if (pending && !isBehind()) {
          pending = false;
          take(chosen(), false);
        }
      }
    }).observe(list(), { childList: true, subtree: true, characterData: true, attributeFilter: ['data-for'] });
    palette().addEventListener('keydown', onPaletteKey);
    palette().addEventListener('close', () => tell('OnClosed'));
    list().addEventListener('pointermove', (event) => {
      const option = event.target.closest('[role=option]');
      if (option && option !== chosen()) {
        choose(option);
      }
    });
    // The field keeps the cursor, whatever is clicked.
    list().addEventListener('pointerdown', (event) => event.preventDefault());
    list().addEventListener('click', (event) => {
      const option = event.target.closest('[role=option]');
      if (option?.dataset.do) {
        run(option.dataset.do, option.dataset.text);
      } else if (option) {
        palette().close();
      }
    });
  };

  const isTyping = (target) => /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ? !/^(checkbox|radio|button|submit|reset|range)$/.test(target.type ?? '') : target.isContentEditable;

  const first = (selector) => [...document.querySelectorAll(selector)].find((element) => element.offsetParent !== null && !element.disabled);

  const stopGoing = () => {
    going = 0;
    hint?.remove();
    hint = null;
  };

  const startGoing = () => {
    going = Date.now();
    hint = Object.assign(document.createElement('div'), { className: 'going', textContent: 'Go to …' });
    document.body.append(hint);
    const begun = going;
    setTimeout(() => begun === going && stopGoing(), 1500);
  };

  const onPlainKey = (event) => {
    const key = event.key;
    if (going && key !== 'Shift') {
      const href = JSON.parse(palette().dataset.goto)[key];
      stopGoing();
      if (href) {
        event.preventDefault();
        Blazor.navigateTo(href);
        return;
      }
    }
    if (key === 'g') {
      startGoing();
    } else if (key === '?') {
      event.preventDefault();
      openSheet();
    } else if (key === '/') {
      event.preventDefault();
      const filter = first('main input[data-testid$=filter], main input[type=search]');
      filter ? filter.focus() : open();
    } else if (key === 'n') {
      const button = first('main [data-key=n]');
      if (button) {
        event.preventDefault();
        button.click();
      }
    }
  };

  document.addEventListener('keydown', (event) => {
    if (!palette()) {
      return;
    }
    const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (command && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      palette().open ? palette().close() : document.querySelector('dialog[open]') ? null : open();
    } else if (document.querySelector('dialog[open], .mud-popover-open')) {
      return;
    } else if (command && event.key.toLowerCase() === 's') {
      const save = first('main [data-testid=save]');
      if (save) {
        event.preventDefault();
        // A field tells its value when the cursor leaves it.
        document.activeElement?.blur();
        save.click();
      }
    } else if (command && event.key === 'Enter') {
      const button = first('main [data-key=run], main [data-testid=save]');
      if (button) {
        event.preventDefault();
        document.activeElement?.blur();
        button.click();
      }
    } else if (isOn() && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && !isTyping(event.target)) {
      onPlainKey(event);
    }
  });

  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-do]');
    if (button?.dataset.do === 'palette') {
      open();
    } else if (button?.dataset.do === 'open-keys') {
      button.closest('[popover]')?.hidePopover();
      openSheet();
    } else if (button?.dataset.do === 'close') {
      button.closest('dialog').close();
    } else if (event.target instanceof HTMLDialogElement && event.target.id === 'palette') {
      event.target.close();
    }
  });

  document.addEventListener('change', (event) => {
    if (event.target.dataset?.do === 'switch-keys') {
      event.target.checked ? localStorage.removeItem(offKey) : localStorage.setItem(offKey, 'off');
    }
  });

  return {
    isOn,
    serve(target) {
      server = target;
      watch();
      remember();
      // Somebody was faster than the page: what they typed meanwhile is asked now.
      if (palette().open) {
        begin();
        input().dispatchEvent(new Event('input', { bubbles: true }));
      }
    },
    remember,
  };
})();
