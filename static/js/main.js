// Everything small that the pages do beyond links and forms. Each module finds its elements by data- attributes.
import "./menus.js";
import "./dialogs.js";
import "./toasts.js";
import "./session.js";
import "./shortcuts.js";
import "./rows.js";
import "./combobox.js";
import "./accounts.js";
import "./drafts.js";
import "./unsaved.js";
import "./inplace.js";
import "./files.js";
import "./forms.js";
import "./formatting.js";
import "./picks.js";
import "./imports.js";
import "./focus.js";
