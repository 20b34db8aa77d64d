// Tabs that do not fit are scrolled: the one that is open comes into sight.
import { each } from "./page.js";

each(".tabs [aria-current=page]", (tab) => {
  const tabs = tab.closest(".tabs");
  const hidden = tab.offsetLeft + tab.offsetWidth - tabs.clientWidth;
  if (hidden > 0) tabs.scrollLeft = hidden + 16;
});
