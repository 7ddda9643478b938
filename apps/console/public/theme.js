// The chosen theme, before anything is painted.
try {
  const theme = localStorage.getItem('credence.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme it is.
}
