// First visit without a choice: follow the system. A stored choice was already applied by the server.
(function () {
  if (!document.cookie.includes('gh-theme=') && matchMedia('(prefers-color-scheme: dark)').matches) {
    document.documentElement.dataset.theme = 'dark';
  }
})();
